//! `bobmap doctor`: whether mappings can be read, and which box in Bob is to be ticked.

mod absences;
mod bob;
mod judging;
mod live;
