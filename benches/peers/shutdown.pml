/* SHUTDOWN(D, W, K): see book/src/reference/exploring.md. Each d_step or plain statement is one atomic step. A process
   that is done blocks in its last state instead of dying, which would be a step of its own; `pan -E` allows that. */

c_decl { \#include <stdio.h>
    static unsigned char seen[256][256]; }

byte buf, dur, done;
bool locked, frozen;

active [W] proctype worker()
{
    byte n;
    do
    :: d_step { n < K && !locked -> locked = true };
       buf++;
       d_step { locked = false; n++ }
    :: d_step { n == K -> dur = dur + buf; buf = 0; done++; n = 0 } -> break
    od;
    false
}

active [D] proctype staff()
{
    byte n;
    do
    :: d_step { n < K && !locked && !frozen -> locked = true };
       d_step { !frozen -> buf++ };
       d_step { !frozen -> locked = false; n++ }
    od
}

active proctype shop()
{
    true;                                   /* return */
    done == W;                              /* join */
    d_step { !locked -> locked = true };    /* the exit handler */
    d_step { dur = dur + buf; buf = 0 };
    locked = false;
    frozen = true;
    c_code { if (!seen[now.dur][now.buf]++) printf("EXIT %d %d\n", now.dur, now.buf); };
    false
}
