"""Runs a program on a terminal of its own, 80 columns wide, and prints what the terminal got.

usage: terminal.py PROGRAM ARGUMENT…
"""

import fcntl
import os
import pty
import struct
import sys
import termios

ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
child = os.fork()
if child == 0:
    os.close(ours)
    for stream in range(3):
        os.dup2(theirs, stream)
    os.execv(sys.argv[1], sys.argv[1:])
os.close(theirs)
while True:
    try:
        said = os.read(ours, 65536)
    except OSError:  # the last writer is gone
        break
    if not said:
        break
    sys.stdout.buffer.write(said)
os.waitpid(child, 0)
