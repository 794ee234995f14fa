#!/bin/sh
# system.sh PYTHON [tests]: see that the system has what the product (and its tests) need, and install what is missing:
# with apt as root or through sudo, with brew on macOS. Where neither can be used, say the exact command and exit 1.
set -eu
python=${1:-python3}
purpose=${2:-runtime}
missing=""

need() { missing="$missing $1"; }
has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { "$python" -c "import ctypes, sys; ctypes.CDLL(sys.argv[1])" "$1" >/dev/null 2>&1; }
has_font() { find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' 2>/dev/null | grep -q .; }
has_nginx() { PATH="$PATH:/usr/sbin:/usr/local/sbin" has_command nginx; }
has_postgresql() { has_command initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
# Ubuntu's package named chromium is a stub for snap, which a container cannot run; there Playwright brings a browser.
is_debian() { grep -q '^ID=debian' /etc/os-release 2>/dev/null; }

check_python() {
    if ! has_command "$python"; then
        echo "Python 3.11 or newer is needed, and $python is not there." >&2
        exit 1
    fi
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Python 3.11 or newer is needed; $("$python" --version) was found. Name another: make demo PYTHON=python3.12" >&2
        exit 1
    fi
}

find_missing_on_linux() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
    has_library libpango-1.0.so.0 || need libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0
    has_font || need fonts-dejavu-core
    if [ "$purpose" = tests ]; then
        if is_debian && ! has_command chromium; then need chromium; fi
        if is_debian && ! has_command firefox-esr; then need firefox-esr; fi
        has_postgresql || need postgresql
        has_nginx || need nginx-light
        has_command pdftotext || need poppler-utils
        has_library libatomic.so.1 || need libatomic1 # Playwright's own Node wants it
    fi
}

find_missing_on_macos() {
    brew list pango >/dev/null 2>&1 || need pango
    if [ "$purpose" = tests ]; then
        has_postgresql || need postgresql@16
        has_nginx || need nginx
        has_command pdftotext || need poppler
    fi
}

refuse() {
    echo "These system packages are missing:$missing" >&2
    echo "Install them with:  $1$missing" >&2
    exit 1
}

install_with_apt() {
    echo "Installing system packages:$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086 # the names are words of their own
    if $1 apt-get update -qq >"$log" 2>&1 &&
        $1 env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    refuse "apt-get install"
}

check_python
if [ "$(uname -s)" = Darwin ]; then
    find_missing_on_macos
    [ -z "$missing" ] && exit 0
    has_command brew || refuse "brew install"
    echo "Installing with brew:$missing"
    # shellcheck disable=SC2086
    brew install $missing
    exit 0
fi

find_missing_on_linux
[ -z "$missing" ] && exit 0
if ! has_command apt-get; then
    refuse "your package manager, by the Debian names:"
elif [ "$(id -u)" = 0 ]; then
    install_with_apt ""
elif has_command sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    install_with_apt sudo
else
    refuse "sudo apt-get install"
fi
