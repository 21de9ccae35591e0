//! Sizes and habits of file buffers.

/// Sizes and habits of file buffers, bytes.
///
/// Two layers: text collects in `text_chunk`, then goes down to the binary buffer, then to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffers {
    /// The text layer hands down what it has once it holds this much; 0: there is no text layer.
    pub text_chunk: u64,
    /// It hands down what it has *before* it takes a record that would not fit.
    pub text_hands_down_before: bool,
    /// It hands down what it has before it takes a record of a whole chunk.
    pub text_hands_down_before_large: bool,
    /// It takes as much of a record as fits, hands that down, and goes on with the rest.
    pub text_splits: bool,
    /// A text layer that splits, and is exactly full, stays so until more comes.
    pub text_waits_when_full: bool,
    /// What the binary buffer does with text that does not fit; `None`: the same as with records.
    pub text_overflow: Option<Overflow>,
    /// The binary buffer of a file opened with an 8 KiB buffer.
    pub full: u64,
    /// The binary buffer when the program asks for none: the file system's block size, or the runtime's own default.
    pub default: u64,
    /// A record that would exactly fill an empty binary buffer goes straight to the kernel.
    pub full_record_passes: bool,
    /// So does one that is the first of its file.
    pub first_full_record_passes: bool,
    /// What the binary buffer does with a record that does not fit.
    pub overflow: Overflow,
    /// The binary buffer goes to the kernel at the moment when it is full, not when more comes.
    pub leaves_when_full: bool,
}

/// What a buffer does with a record that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// What it holds goes first; the record is kept whole, or goes past if it is larger than the buffer.
    Whole,
    /// It is filled up with a part of the record; when it is empty and the rest is larger, the rest goes past whole.
    SplitsThenPasses,
    /// It is filled up with a part of the record; of the rest whole blocks go past, and what is left is kept.
    SplitsInBlocks,
    /// It is filled up again and again; nothing goes past.
    Splits,
    /// It is filled up with a part of the record; if that is larger than the buffer, what it holds goes first, then the
    /// record goes past.
    SplitsUnlessLarger,
    /// What it holds and the record go to the kernel together; so does a record that would fill it exactly.
    GoesAlong,
}

impl Buffers {
    /// No buffer anywhere.
    pub const NONE: Buffers = Buffers {
        text_chunk: 0,
        text_hands_down_before: false,
        text_hands_down_before_large: false,
        text_splits: false,
        text_waits_when_full: false,
        text_overflow: None,
        full: 0,
        default: 0,
        full_record_passes: true,
        first_full_record_passes: false,
        overflow: Overflow::Whole,
        leaves_when_full: false,
    };

    /// One layer of this size for all files.
    pub const fn one(size: u64, overflow: Overflow) -> Buffers {
        Buffers { full: size, default: size, overflow, full_record_passes: false, ..Buffers::NONE }
    }
}
