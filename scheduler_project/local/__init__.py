"""`make run`: the platform on a bare machine. `bootstrap` installs, `launcher` starts, `supervisor` tends."""
