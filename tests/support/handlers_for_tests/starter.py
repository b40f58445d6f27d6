"""Starts a program that would go on for an hour, and writes down its pid."""


def starter(data, job):
    job.run(["sh", "-c", 'echo $$ > "$1"; exec sleep 3600', "sh", data["pid_file"]])
