//! What Node does not bring along: primitives in shared memory, and the tracing prelude.

use crate::export::ExportOptions;
use crate::export::lines::Lines;

const SHARED: &str = "\
// Numbers in memory that all threads share, and two ways to wait for them to change.
class Shared {
  constructor(memory) {
    this.cells = new Int32Array(memory);
  }

  // Blocks the thread: for workers, and for handlers, in which nothing can be awaited.
  until(index, attempt, ms = Infinity) {
    const limit = performance.now() + ms;
    for (;;) {
      const seen = Atomics.load(this.cells, index);
      const result = attempt();
      if (result) return result;
      if (performance.now() >= limit) return false;
      Atomics.wait(this.cells, index, seen, limit - performance.now());
    }
  }

  // Leaves the event loop free, so that signal handlers run: for main.
  async untilAsync(index, attempt, ms = Infinity) {
    const limit = performance.now() + ms;
    const keepAlive = setTimeout(() => {}, FOREVER); // which waitAsync does not do
    try {
      for (;;) {
        const seen = Atomics.load(this.cells, index);
        const result = attempt();
        if (result) return result;
        if (performance.now() >= limit) return false;
        await Atomics.waitAsync(this.cells, index, seen, limit - performance.now()).value;
      }
    } finally {
      clearTimeout(keepAlive);
    }
  }
}
";

const FLAG: &str = "\
class Flag extends Shared {
  isSet() {
    return Atomics.load(this.cells, 0) === 1;
  }

  set() {
    Atomics.store(this.cells, 0, 1);
    Atomics.notify(this.cells, 0);
  }

  wait(ms) {
    return this.until(0, () => this.isSet(), ms);
  }

  waitAsync(ms) {
    return this.untilAsync(0, () => this.isSet(), ms);
  }
}
";

const LATCH: &str = "\
class Latch extends Shared {
  constructor(memory, count) {
    super(memory);
    this.count = count;
  }

  arrive() {
    Atomics.add(this.cells, 0, 1);
    Atomics.notify(this.cells, 0);
  }

  wait(ms) {
    return this.until(0, () => Atomics.load(this.cells, 0) >= this.count, ms);
  }
}
";

const MUTEX: &str = "\
class Mutex extends Shared {
  tryLock() {
    return Atomics.compareExchange(this.cells, 0, 0, 1) === 0;
  }

  lock(ms) {
    return this.until(0, () => this.tryLock(), ms);
  }

  lockAsync(ms) {
    return this.untilAsync(0, () => this.tryLock(), ms);
  }

  unlock() {
    Atomics.store(this.cells, 0, 0);
    Atomics.notify(this.cells, 0, 1);
  }
}
";

const QUEUE: &str = "\
// Cells: items that can be taken, next to take, next to put, items not yet done, and then the items, all above 0.
class Queue extends Shared {
  static CAPACITY = 65536;
  static BYTES = 4 * (4 + Queue.CAPACITY);
  static END = 2;

  put(item = 1) {
    Atomics.add(this.cells, 3, 1);
    this.cells[4 + (Atomics.add(this.cells, 2, 1) % Queue.CAPACITY)] = item;
    Atomics.add(this.cells, 0, 1);
    Atomics.notify(this.cells, 0);
  }

  tryTake() {
    const ready = Atomics.load(this.cells, 0);
    if (ready === 0 || Atomics.compareExchange(this.cells, 0, ready, ready - 1) !== ready) return 0;
    return this.cells[4 + (Atomics.add(this.cells, 1, 1) % Queue.CAPACITY)];
  }

  take(ms) {
    return this.until(0, () => this.tryTake(), ms);
  }

  takeAsync(ms) {
    return this.untilAsync(0, () => this.tryTake(), ms);
  }

  done() {
    Atomics.sub(this.cells, 3, 1);
    Atomics.notify(this.cells, 3);
  }

  drain() {
    return this.until(3, () => Atomics.load(this.cells, 3) === 0);
  }

  drainAsync() {
    return this.untilAsync(3, () => Atomics.load(this.cells, 3) === 0);
  }
}
";

const DESCRIPTOR: &str = "\
// The descriptor of a file that several threads use.
class Descriptor extends Shared {
  get fd() {
    return this.cells[0];
  }

  set fd(fd) {
    this.cells[0] = fd;
  }
}
";

const JOIN: &str = "\
// Waits until a worker has exited, with a limit in ms; keeps the process alive for it even if it is unref'ed.
function join(worker, ms = FOREVER) {
  if (worker === undefined || worker.threadId === -1) return;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    worker.once(\"exit\", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
";

const SLEEP_SYNC: &str = "\
function sleepSync(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
";

/// How long a real call stays in the kernel is up to the disk. So that a run can be compared with the model, such a
/// write is made of two halves with the time between them.
const SLOW_WRITE: &str = "\
async function slowWrite(fd, record, ms) {
  const bytes = Buffer.from(record);
  fs.writeSync(fd, bytes, 0, bytes.length >> 1);
  await sleep(ms);
  fs.writeSync(fd, bytes, bytes.length >> 1);
}
";

const SLOW_WRITE_SYNC: &str = "\
function slowWriteSync(fd, record, ms) {
  const bytes = Buffer.from(record);
  fs.writeSync(fd, bytes, 0, bytes.length >> 1);
  sleepSync(ms);
  fs.writeSync(fd, bytes, bytes.length >> 1);
}
";

/// One unbuffered write for each line; it starts no thread, registers no handler, and takes no lock.
const TRACE: &str = "\
// What really happened, for comparison with the model: one unbuffered line per step.
const TRACE = fs.openSync(process.env.CLOSING_TIME_TRACE, \"a\", 0o600);

let runner = \"main\"; // or the timer that main calls

function trace(kind, detail = \"\") {
  const now = process.hrtime.bigint() / 1000n;
  const who = workerData?.name ?? (kind === \"exit\" ? \"main\" : runner); // in a timer it is main that exits
  fs.writeSync(TRACE, `${now} PROCESS ${who} ${kind} ${detail}\\n`);
}

function traced(what, body) {
  runner = \"main\"; // a timer may have called exit
  trace(\"begin\", what);
  try {
    body();
  } catch (error) {
    trace(\"raise\", `${what} ${error.constructor.name}`);
    throw error;
  }
  trace(\"end\", what);
}
";

/// What a timer does is written under its own name, although main does it.
const TIMER: &str = "\
function timer(name, repeats, body) {
  const as = (kind, detail) => {
    runner = name;
    trace(kind, detail);
    runner = \"main\";
  };
  as(\"begin\", \"thread\");
  return () => {
    runner = name;
    try {
      body();
    } catch (error) {
      as(\"raise\", `thread ${error.constructor.name}`);
      throw error;
    }
    runner = \"main\";
    if (!repeats) as(\"end\", \"thread\");
  };
}
";

/// What a program of these functions needs.
pub(super) fn needed(functions: &str, process: &str, options: &ExportOptions) -> Vec<Lines> {
    let has = |word: &str| functions.contains(word);
    let join = has(" join(");
    let shared = has("const memory = ");
    let slow_sync = has(" slowWriteSync(");
    let forever = "const FOREVER = 2 ** 31 - 1; // ms, the longest time that a timer takes\n";
    let trace = TRACE.replace("PROCESS ", &format!("{process} "));
    let all = [
        (options.trace, trace.as_str()),
        (options.trace && has("(timer("), TIMER),
        (join || shared, forever),
        (shared, SHARED),
        (has("new Flag("), FLAG),
        (has("new Latch("), LATCH),
        (has("new Mutex("), MUTEX),
        (has("new Queue("), QUEUE),
        (has("new Descriptor("), DESCRIPTOR),
        (has(" sleepSync(") || slow_sync, SLEEP_SYNC),
        (join, JOIN),
        (has(" slowWrite("), SLOW_WRITE),
        (slow_sync, SLOW_WRITE_SYNC),
    ];
    all.into_iter().filter(|(needed, _)| *needed).map(|(_, text)| lines(text)).collect()
}

/// The imports that a text needs.
pub(super) fn imports(text: &str, lines: &mut Lines) {
    if text.contains("fs.") {
        lines.line("import fs from \"node:fs\";");
    }
    if text.contains("await sleep(") {
        lines.line("import { setTimeout as sleep } from \"node:timers/promises\";");
    }
    let all = [("Worker", "new Worker("), ("isMainThread", "isMainThread"), ("workerData", "workerData")];
    let names: Vec<&str> =
        all.iter().filter(|(_, word)| text.contains(word)).map(|(name, _)| *name).collect();
    if !names.is_empty() {
        lines.line(format!("import {{ {} }} from \"node:worker_threads\";", names.join(", ")));
    }
}

/// The function that starts a worker.
pub(super) fn start(shares: bool) -> Lines {
    let data = if shares { "body, memory" } else { "body" };
    lines(&format!(
        "\
// A worker runs this same module, and in it the function that is called like this.
function start(body) {{
  return new Worker(new URL(import.meta.url), {{ workerData: {{ {data} }} }});
}}
"
    ))
}

/// The same in a traced program. A worker takes a tenth of a second to come up, which no scenario speaks of.
pub(super) fn traced_start(shares: bool) -> Lines {
    let data = if shares { "body, name, gate, memory" } else { "body, name, gate" };
    lines(&format!(
        "\
// Workers come up before main begins, so that no time passes between a start and the first step of the worker.
const up = {{}};

async function bringUp(body, name) {{
  const gate = new Int32Array(new SharedArrayBuffer(4)); // 1: it is up, 2: it may begin
  const worker = new Worker(new URL(import.meta.url), {{ workerData: {{ {data} }} }});
  worker.unref();
  while (Atomics.load(gate, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  up[name] = {{ worker, gate }};
}}

function start(name) {{
  const {{ worker, gate }} = up[name];
  Atomics.store(gate, 0, 2);
  Atomics.notify(gate, 0);
  worker.ref();
  return worker;
}}
"
    ))
}

/// How a traced worker begins.
pub(super) fn traced_worker(lines: &mut Lines) {
    lines.line("Atomics.store(workerData.gate, 0, 1);");
    lines.line("Atomics.wait(workerData.gate, 0, 1);");
    lines.line("traced(\"thread\", bodies[workerData.body]);");
}

/// The call of main in a traced program.
pub(super) fn traced_main(lines: &mut Lines) {
    lines.line("let over = false; // a monitor changes nothing: the error goes its way");
    lines.block("process.on(\"uncaughtExceptionMonitor\", (error) => {", "});", |lines| {
        lines.line("if (!over) trace(\"raise\", `main ${error.constructor.name}`);");
    });
    lines.line("trace(\"pid\", process.pid);");
    lines.line("trace(\"begin\", \"main\");");
    lines.line("await main();");
    lines.line("trace(\"end\", \"main\");");
    lines.line("over = true;");
}

fn lines(text: &str) -> Lines {
    let mut lines = Lines::new("");
    text.lines().for_each(|line| lines.line(line));
    lines
}
