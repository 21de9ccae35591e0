//! Watches a search: a progress line on a terminal, the clock, and Ctrl-C.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use closing_time_engine::explore::Progress;
use closing_time_engine::show::number;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::style::Screen;

/// A search that is over sooner shows no progress.
const PATIENCE: Duration = Duration::from_millis(500);

/// Looks at a search now and then.
pub(super) struct Watcher {
    began: Instant,
    limit: Option<Duration>,
    stop: Arc<AtomicBool>,
    line: ProgressBar,
}

impl Watcher {
    /// Begins now. `limit`: seconds after which the search is stopped.
    pub(super) fn new(limit: Option<u64>, screen: &Screen) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&stop);
        // Without a handler Ctrl-C still ends the program, only without a report.
        let _ = ctrlc::set_handler(move || heard.store(true, Ordering::Relaxed));
        let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = if screen.err.is_colored() { "{spinner:.cyan} {msg}" } else { "{spinner} {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            line.set_style(style);
        }
        Watcher { began: Instant::now(), limit: limit.map(Duration::from_secs), stop, line }
    }

    /// Shows how far the search is; `Break` stops it.
    pub(super) fn look(&mut self, progress: &Progress) -> ControlFlow<()> {
        let elapsed = self.began.elapsed();
        if elapsed > PATIENCE {
            let rate = progress.states as f64 / elapsed.as_secs_f64();
            self.line.set_message(format!(
                "{} states, {} a second, {} still to look at, {} MiB; how many remain is unknown",
                number(progress.states),
                number(rate as u64),
                number(progress.frontier),
                number(progress.bytes >> 20),
            ));
            self.line.tick();
        }
        let late = self.limit.is_some_and(|limit| elapsed > limit);
        if late || self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Takes the line away. Returns whether Ctrl-C was pressed.
    pub(super) fn finish(self) -> bool {
        self.line.finish_and_clear();
        self.stop.load(Ordering::Relaxed)
    }
}
