"""Mail to the patient and the clinic, and calendar files. Subjects and calendars are neutral: nothing about health."""
