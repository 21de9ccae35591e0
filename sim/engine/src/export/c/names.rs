//! Words that are taken in C.

use crate::export::identifiers::Case;
use crate::export::naming::{Cases, Naming};
use crate::scenario::Process;

/// Keywords, macros, what the headers and the compiler itself declare, and what [`super::helpers`] defines.
const RESERVED: &str = "auto break case char const continue default do double else enum extern float for goto if inline \
    int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile \
    while bool true false main stdin stdout stderr errno linux unix environ abort abs accept access acct alarm atexit \
    atof atoi bcmp bcopy bind brk bsearch bzero calloc chdir chown clearenv clock clone close connect cos creat crypt \
    ctime daemon div drem dup environ erf execl execv exit exp fabs fclose feof ferror fflush ffs fgetc fgets fileno \
    floor fopen fork fprintf fputc fputs fread free fseek fsync ftell fwrite gamma getc getchar getenv getline getpid \
    gets index isatty j0 j1 jn kill labs link listen lockf log lseek malloc memcpy memset mkdir mktemp modf nanosleep \
    nice on_exit pause perror pipe pow printf profil psignal putc putchar putenv puts qsort quick_exit raise rand \
    random read readlink realloc realpath remove rename revoke rewind rindex rmdir round rpmatch sbrk scanf select \
    send setenv setsid sigaction signal sin sleep snprintf sqrt srand srandom stat strdup strcpy strlen swab symlink \
    sync syscall sysconf system tan tempnam time timer times timezone tmpfile tmpnam tolower toupper truncate ttyname \
    tzname ungetc unlink usleep utime vfork wait write y0 y1 yn daylight assert null eof i signum unused self queue \
    event trace trace_file between sleep_for deadline join_within lock_within write_line unlock event_init event_set event_is_set event_wait \
    event_wait_for queue_put queue_get queue_get_for queue_done queue_drain slow_write open_file";

/// The names of a program.
pub(super) fn naming(process: &Process) -> Naming {
    let reserved: Vec<&str> = RESERVED.split_whitespace().collect();
    let cases = Cases { function: Case::Snake, global: Case::Snake, local: Case::Snake };
    Naming::new(process, &reserved, cases)
}
