//! What was recorded of a run, while it goes on and at its end.

use super::Driver;
use crate::replay::Recording;
use crate::trace::Ending;

impl<'p> Driver<'p, Recording<'p>> {
    /// What was recorded so far, as if the run ended here; unless it has ended, the ending is
    /// [`Ending::Bound`].
    pub fn so_far(&self) -> Recording<'p> {
        let ending = self.ending();
        let ended_at = (ending == Ending::Exit).then_some(self.last_end);
        self.listener.clone().close(self.state.clone(), ending, self.now, ended_at)
    }

    /// Ends the run here and hands over what was recorded.
    pub fn into_recording(self) -> Recording<'p> {
        let ending = self.ending();
        let ended_at = (ending == Ending::Exit).then_some(self.last_end);
        self.listener.close(self.state, ending, self.now, ended_at)
    }
}
