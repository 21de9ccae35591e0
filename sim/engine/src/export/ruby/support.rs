//! What Ruby does not bring along, and the tracing prelude.

use super::plan::Plan;
use crate::export::lines::Lines;
use crate::export::{ExportOptions, stock};
use crate::scenario::Op;

/// Several threads wait for one pipe to be closed. `Thread::Queue#close` would do as well, but not with a time limit.
const EVENT: &str = "\
# A signal handler may not touch a Mutex, so an event is a pipe, and setting it closes one end.
class Event
  def initialize
    @reader, @writer = IO.pipe
  end

  def set
    @writer.close
  end

  def set?
    @writer.closed?
  end

  def wait(timeout = nil)
    IO.select([@reader], nil, nil, timeout)
  end
end
";

const QUEUE: &str = "\
# A queue that knows which items are not done yet; its pop can give up, as that of Thread::Queue can from Ruby 3.2.
class CountingQueue
  def initialize
    @lock = Mutex.new
    @changed = ConditionVariable.new
    @items = []
    @unfinished = 0
  end

  def <<(item)
    @lock.synchronize do
      @items << item
      @unfinished += 1
      @changed.broadcast
    end
  end

  def pop(timeout: nil)
    limit = Process.clock_gettime(Process::CLOCK_MONOTONIC) + timeout if timeout
    @lock.synchronize do
      while @items.empty?
        rest = limit - Process.clock_gettime(Process::CLOCK_MONOTONIC) if limit
        return if rest && rest <= 0
        @changed.wait(@lock, rest)
      end
      @items.shift
    end
  end

  def done
    @lock.synchronize do
      @unfinished -= 1
      @changed.broadcast
    end
  end

  def drain
    @lock.synchronize { @changed.wait(@lock) until @unfinished.zero? }
  end
end
";

const LOCK_WITHIN: &str = "\
# Mutex cannot give up; the nearest equivalent asks again and again.
def lock_within(mutex, seconds)
  limit = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
  until mutex.try_lock
    return false if Process.clock_gettime(Process::CLOCK_MONOTONIC) >= limit
    sleep 0.002
  end
  true
end
";

/// How long a real call stays in the kernel is up to the disk. So that a run can be compared with the model, such a
/// write is made of two halves with the time between them; what fits into the buffer never goes to the kernel.
const SLOW_WRITE: &str = "\
def slow_write(file, record, seconds)
  if record.bytesize > 8192 || file.sync
    half = record.bytesize / 2
    file.flush
    file.syswrite(record.byteslice(...half))
    sleep seconds
    file.syswrite(record.byteslice(half..))
  else
    file.write(record)
    sleep seconds
  end
end
";

/// The classes and methods that the program needs.
pub(super) fn classes(plan: &Plan, options: &ExportOptions) -> Vec<Lines> {
    let uses = |kind: &dyn Fn(&Op) -> bool| stock::uses(plan.process, kind);
    let texts = [
        (!plan.events.is_empty(), EVENT),
        (plan.queues.values().any(|queue| queue.counted), QUEUE),
        (uses(&|op| matches!(op, Op::Lock { timeout: Some(_), .. })), LOCK_WITHIN),
        (options.trace && uses(&|op| matches!(op, Op::Write { time, .. } if time.max_us > 0)), SLOW_WRITE),
    ];
    texts.into_iter().filter(|(needed, _)| *needed).map(|(_, text)| lines(text)).collect()
}

/// Lines that say what really happened. No thread, no handler, no lock, no buffer: a line that is there was executed.
pub(super) fn trace(process: &str) -> Lines {
    lines(&format!(
        "\
# What really happened, for comparison with the model: one unbuffered line per step.
TRACE = File.open(ENV.fetch(\"CLOSING_TIME_TRACE\"), File::WRONLY | File::APPEND | File::CREAT, 0o600)

def trace(thread, kind, detail = nil)
  now = Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond)
  TRACE.syswrite(\"#{{now}} {process} #{{thread}} #{{kind}} #{{detail}}\\n\")
end

def traced(thread, what)
  Thread.current.name = thread if what == \"thread\"
  trace(thread, \"begin\", what)
  yield
rescue Exception => error
  trace(thread, \"raise\", \"#{{what}} #{{error.class}}\")
  raise
else
  trace(thread, \"end\", what)
end
"
    ))
}

fn lines(text: &str) -> Lines {
    let mut lines = Lines::new("");
    text.lines().for_each(|line| lines.line(line));
    lines
}
