//! Why a request can't be used.

/// What is wrong with a request. Never holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the request has no requestId")]
    NoRequest,
    #[error("the request names no employee (employeeId)")]
    NoEmployee,
    #[error("the request has no startDate")]
    NoStart,
    #[error("the request has no endDate, and its type is not openEnded")]
    NoEnd,
    #[error("the request's {0} is no date (YYYY-MM-DD)")]
    NoDate(&'static str),
    #[error("the request's end lies before its start")]
    EndBeforeStart,
}

/// All of them in one sentence; `None` where there is none.
pub fn sentence(faults: &[Fault]) -> Option<String> {
    (!faults.is_empty()).then(|| faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; "))
}
