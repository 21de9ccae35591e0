//! What Perl does not bring along, and the tracing prelude.

use crate::export::ExportOptions;
use crate::export::lines::Lines;
use crate::export::stock;
use crate::scenario::{Op, Process};

const ERROR: &str = "\
package ScenarioError {
    use overload '\"\"' => sub ($self, @) { ref($self) . \": $self->{message}\\n\" };
    sub new($class, $message = '') {
        $! = 0;    # else die would take what is left there for the exit code
        return bless { message => $message }, $class;
    }
}
";

const SLEEP: &str = "\
# A signal handler cuts a sleep short.
sub sleep_fully($seconds) {
    my $end = clock_gettime(CLOCK_MONOTONIC) + $seconds;
    while ((my $rest = $end - clock_gettime(CLOCK_MONOTONIC)) > 0) {
        sleep($rest);
    }
}
";

const WAIT: &str = "\
# cond_wait would keep signal handlers waiting, a sleep does not.
sub wait_for($event, $seconds = 9**9) {
    my $end = clock_gettime(CLOCK_MONOTONIC) + $seconds;
    sleep(0.01) until $$event || clock_gettime(CLOCK_MONOTONIC) >= $end;
}
";

const DOWN_WITHIN: &str = "\
# Thread::Semaphore knows whole seconds only; the nearest equivalent asks again and again.
sub down_within($semaphore, $seconds) {
    my $end = clock_gettime(CLOCK_MONOTONIC) + $seconds;
    until ($semaphore->down_nb) {
        return 0 if clock_gettime(CLOCK_MONOTONIC) >= $end;
        sleep(0.002);
    }
    return 1;
}
";

const WAIT_FOR_THREAD: &str = "\
# A join has no time limit.
sub wait_for_thread($thread, $seconds) {
    my $end = clock_gettime(CLOCK_MONOTONIC) + $seconds;
    sleep(0.01) while $thread->is_running && clock_gettime(CLOCK_MONOTONIC) < $end;
    $thread->join if $thread->is_joinable;
}
";

/// How long a real call stays in the kernel is up to the disk. So that a run can be compared with the model, such a
/// write is made of two halves with the time between them; what fits into the buffer never goes to the kernel.
const SLOW_WRITE: &str = "\
sub slow_write($file, $record, $seconds, $direct) {
    if ($direct || length($record) > 8192) {
        my $half = int(length($record) / 2);
        $file->flush;
        syswrite($file, $record, $half);
        sleep_fully($seconds);
        syswrite($file, $record, length($record) - $half, $half);
    }
    else {
        print {$file} $record;
        sleep_fully($seconds);
    }
}
";

const TRACE: &str = "\
# What really happened, for comparison with the model: one unbuffered line per step.
open(my $TRACE, '>>:raw', $ENV{CLOSING_TIME_TRACE}) or die \"$ENV{CLOSING_TIME_TRACE}: $!\";
our $me = 'main';

sub trace($kind, $detail = '') {
    my $now = int(clock_gettime(CLOCK_MONOTONIC) * 1e6);
    syswrite($TRACE, \"$now PROCESS $me $kind $detail\\n\");
}

sub traced($who, $what, $body) {
    local $me = $who;
    trace('begin', $what);
    try {
        $body->();
    }
    catch ($error) {
        trace('raise', \"$what \" . (ref($error) || 'die'));
        die $error;
    }
    trace('end', $what);
}
";

/// What a program of these functions needs.
pub(super) fn needed(functions: &str, process: &Process, options: &ExportOptions) -> Vec<Lines> {
    let has = |word: &str| functions.contains(word);
    let trace = TRACE.replace("PROCESS", &process.name);
    let slow = has("slow_write(");
    let all = [
        (options.trace, trace.as_str()),
        (has("ScenarioError"), ERROR),
        (has("sleep_fully(") || slow, SLEEP),
        (has("wait_for("), WAIT),
        (has("wait_for_thread("), WAIT_FOR_THREAD),
        (has("down_within("), DOWN_WITHIN),
        (slow, SLOW_WRITE),
    ];
    all.into_iter().filter(|(needed, _)| *needed).map(|(_, text)| lines(text)).collect()
}

/// The pragmas and modules.
pub(super) fn imports(functions: &str, process: &Process, lines: &mut Lines) {
    lines.line("use v5.36;");
    if functions.contains("try {") || functions.contains("traced(") {
        lines.line("use feature 'try';");
        lines.line("no warnings 'experimental::try';");
    }
    lines.line("use threads;");
    if functions.contains(":shared") {
        lines.line("use threads::shared;");
    }
    for module in ["Thread::Queue", "Thread::Semaphore"] {
        if functions.contains(&format!("{module}->new")) {
            lines.line(format!("use {module};"));
        }
    }
    if stock::uses(process, |op| matches!(op, Op::Open { path, .. } if path.contains('/'))) {
        lines.line("use File::Path qw(make_path);");
    }
    if functions.contains("_exit(") {
        lines.line("use POSIX ();");
    }
    let time = if functions.contains("dequeue_timed(") { " time" } else { "" };
    lines.line(format!("use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep{time});"));
}

fn lines(text: &str) -> Lines {
    let mut lines = Lines::new("");
    text.lines().for_each(|line| lines.line(line));
    lines
}
