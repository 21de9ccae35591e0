use super::*;
pub(super) fn run(
    _: &Source,
    _: closing_time_engine::scenario::Setup,
    _: u64,
    _: &Screen,
) -> Result<Answer, Failure> {
    Err(Failure::usage("not yet"))
}
