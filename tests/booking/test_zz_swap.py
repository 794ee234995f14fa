import threading
from datetime import timedelta
from concurrent.futures import ThreadPoolExecutor
from booking_app.booking.errors import SlotGone
from tests.booking.conftest import *  # noqa
from tests.booking.conftest import choose, NINE

def test_swap(desk):
    from collections import Counter
    seen = Counter()
    for n in range(40):
        a, b = desk.open(visitor=f"a{n}"), desk.open(choose(NINE+timedelta(minutes=30)), visitor=f"b{n}")
        bar = threading.Barrier(2)
        def move(args):
            token, to = args
            bar.wait()
            try:
                desk.drafts.choose_slot(desk.clinic, token, to); return "ok"
            except SlotGone: return "gone"
            except Exception as e: return type(e).__name__ + str(e)[:80]
        with ThreadPoolExecutor(2) as p:
            seen.update(p.map(move, [(a, choose(NINE+timedelta(minutes=30))), (b, choose())]))
        desk.clock.advance(minutes=30)
    print(seen)
    assert 0, seen
