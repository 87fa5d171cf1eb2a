//! The five functions of RFC 9535, 2.4.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Length,
    Count,
    Value,
    Match,
    Search,
}

impl Function {
    pub(super) const ALL: [Function; 5] = [Function::Length, Function::Count, Function::Value, Function::Match, Function::Search];

    pub(super) fn name(self) -> &'static str {
        match self {
            Function::Length => "length",
            Function::Count => "count",
            Function::Value => "value",
            Function::Match => "match",
            Function::Search => "search",
        }
    }

    pub(super) fn arguments(self) -> usize {
        if self.is_test() { 2 } else { 1 }
    }

    /// Whether it is true or false by itself; the others give a value.
    pub(super) fn is_test(self) -> bool {
        matches!(self, Function::Match | Function::Search)
    }
}
