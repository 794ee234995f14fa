"""What a patient is asked and signs: fields, answers, waivers, signatures and the documents made of them."""
