//! Why runs never end: of each kind a small program, told in full.

mod case;
mod circle;
mod endless;
mod nobody;
mod overtaken;
