//! One field: its type, its source, what becomes of it when something is missing or wrong, and whether it is a person's.

use super::spelling::WrittenSpellings;
use super::{Compiler, FieldKey, Needs, Scope, State};
use crate::diagnostic::Code;
use crate::mapping::compiled::{Field, FieldIndex, Glances, OnInvalid, OnMissing, Source};
use crate::mapping::document::{NodeRef, Place};
use crate::mapping::spec;
use crate::mapping::whole::WholeField;
use crate::target::TargetField;
use crate::value::{Kind, Value};

/// How many fields may build on each other, one on the next: far more than anybody needs, and few enough for any stack.
const MAX_CHAIN: usize = 64;

/// What a field's type comes to, with the words that an enum may hold.
#[derive(Debug, Clone)]
pub(super) struct FieldType {
    pub kind: Kind,
    pub items: Kind,
    /// The words of the target's enum; empty where any word will do.
    pub words: Vec<String>,
    /// Whether other words may be written too.
    pub open: bool,
}

impl<'p> Compiler<'p> {
    /// The number of the field `name` of `scope`, compiled when first asked for. The name is known to exist.
    pub(super) fn field(&mut self, scope: &Scope<'p>, name: &str) -> Option<FieldIndex> {
        let key: FieldKey = (scope.whole.name().value.clone(), name.to_owned(), scope.binding);
        match self.states.get(&key) {
            Some(State::Done(field)) => return *field,
            Some(State::Busy) => {
                self.cycle(scope, &key);
                return None;
            }
            None => {}
        }
        if self.stack.len() >= MAX_CHAIN {
            self.too_deep(scope, name);
            return None;
        }
        self.states.insert(key.clone(), State::Busy);
        self.stack.push(key.clone());
        let scope = scope.clone();
        let field = scope.whole.fields.get(name).and_then(|field| self.compile_field(&scope, field));
        self.stack.pop();
        self.states.insert(key, State::Done(field));
        field
    }

    fn too_deep(&mut self, scope: &Scope<'p>, name: &str) {
        let Some(place) = scope.whole.fields.get(name).map(|field| field.name.place) else { return };
        let message = format!("more than {MAX_CHAIN} fields build on each other, one on the next");
        self.find(Code::FieldCycle, place, message).help = Some("let one of them look at the record instead".to_owned());
    }

    fn cycle(&mut self, scope: &Scope<'p>, key: &FieldKey) {
        let start = self.stack.iter().position(|open| open == key).unwrap_or(0);
        let chain = &self.stack[start..];
        let files: std::collections::BTreeSet<&str> = chain.iter().map(|(file, ..)| file.as_str()).collect();
        let crosses = files.len() > 1;
        let shown = |(file, name, _): &FieldKey| if crosses { format!("{file}.{name}") } else { name.clone() };
        let names = chain.iter().chain([key]).map(shown).collect::<Vec<_>>().join(" -> ");
        let code = if crosses { Code::UseCycle } else { Code::FieldCycle };
        let Some(place) = scope.whole.fields.get(key.1.as_str()).map(|field| field.name.place) else { return };
        self.find(code, place, format!("the fields need each other in a circle: {names}")).help =
            Some("let one of them look at the record instead".to_owned());
    }

    fn compile_field(&mut self, scope: &Scope<'p>, written: &WholeField<'p>) -> Option<FieldIndex> {
        let name = written.name.value.clone();
        let target = self.target_field(scope, written);
        let mut needs = Needs::default();
        let inherited = self.used_field(scope, written);
        let kind = self.field_type(written, target.as_ref(), inherited)?;
        let before = self.findings.len();
        if !scope.used {
            self.check_combinations(written, kind.kind);
        }
        let when = self.clauses(scope, written.pick_list(|field| field.when.as_ref()).iter());
        needs.looked_at.extend(when.iter().flat_map(|clause| &clause.any).filter_map(super::condition::field_of));
        let then = self.steps(scope, written.pick_list(|field| field.then.as_ref()), &mut needs);
        let spelled = self.written_spellings(written, &kind, target.as_ref());
        let actions = self.actions(scope, written, inherited);
        let source = self.source(scope, written, &kind, &then, &spelled, actions.on_invalid, &mut needs);
        let default = self.default_value(written, &kind, &source);
        let personal = self.privacy(scope, written, &needs, inherited);
        // A field whose parts have faults is not built; what is wrong has been said.
        if self.findings[before..].iter().any(|finding| finding.severity == crate::diagnostic::Severity::Error) {
            return None;
        }
        let source = source?;
        let spellings = spelled.map(WrittenSpellings::compile);
        let mut field = Field {
            name: name.clone(),
            place: written.place(),
            kind: kind.kind,
            items: kind.items,
            when,
            glances: Glances::default(),
            at_once: false,
            source,
            then,
            spellings,
            default,
            on_missing: actions.on_missing,
            on_invalid: actions.on_invalid,
            missing_values: self.missing_values(scope, written.pick(|field| field.missing_values.as_ref()).map(|(list, _)| list)),
            personal,
            volatile: written.pick(|field| field.volatile).is_some_and(|(volatile, _)| volatile)
                || target.as_ref().is_some_and(|field| field.volatile),
            hidden: name.starts_with('_') || scope.used,
            used: scope.used,
            max_length: target.and_then(|field| field.max_length),
        };
        field.glance();
        self.fields.push(field);
        self.needs.push(needs.feeding.into_iter().chain(needs.looked_at).collect());
        Some(self.fields.len() - 1)
    }

    /// The target's field of this name. Rules taken over by `use` have none: their own file holds them to it.
    fn target_field(&mut self, scope: &Scope<'p>, written: &WholeField<'p>) -> Option<TargetField> {
        let name = &written.name.value;
        if scope.used || name.starts_with('_') {
            return None;
        }
        let target = self.target.clone()?;
        let own_place = written.pick(|field| field.to.as_ref());
        if let Some(field) = target.field(name) {
            return Some(field.clone());
        }
        if let Some((to, _)) = own_place
            && let crate::target::At::Field(field) = target.at(&super::write::segments(to))
        {
            return Some(*field);
        }
        if target.closed && own_place.is_none() {
            self.find(Code::UnknownTargetField, written.name.place, format!("the target {} has no field `{name}`", target.name));
            self.suggest(name, target.fields.iter().map(|field| field.name.as_str()));
        }
        None
    }

    fn field_type(
        &mut self,
        written: &WholeField<'p>,
        target: Option<&TargetField>,
        inherited: Option<FieldIndex>,
    ) -> Option<FieldType> {
        let given = written.pick(|field| field.kind);
        let blank_among = written.pick(|field| field.blank_among.as_ref()).is_some();
        let inherited = inherited.map(|field| (self.fields[field].kind, self.fields[field].items));
        let kind = match (given, target, inherited) {
            (Some((kind, _)), ..) => kind,
            (None, Some(target), _) => target.kind,
            (None, None, Some((kind, _))) => kind,
            (None, None, None) if blank_among => Kind::List,
            (None, None, None) => Kind::String,
        };
        let items = written.pick(|field| field.items).map(|(items, _)| items);
        let items =
            items.or(target.and_then(|target| target.items)).or(inherited.map(|(_, items)| items)).unwrap_or(Kind::String);
        if let (Some((kind, place)), Some(target)) = (given, target)
            && (!fits(kind, target.kind) || kind == Kind::List && !fits(items, target.items.unwrap_or(items)))
        {
            let place = self.project.child(place, "type").unwrap_or(place);
            let message = format!("`{}` is {kind} here; the target takes {}", target.name, target.kind);
            self.find(Code::TargetTypeMismatch, place, message).help =
                Some(format!("write `type: {}`, or leave `type` out: the target's counts then", target.kind));
        }
        if items == Kind::List || items == Kind::Json && kind == Kind::List && written.pick(|field| field.items).is_none() {
            return Some(FieldType { kind, items: Kind::Json, words: Vec::new(), open: true });
        }
        let (words, open) = target.map_or((Vec::new(), true), |target| (target.words.clone(), target.open));
        Some(FieldType { kind, items, words, open })
    }

    /// What becomes of missing and wrong values.
    fn actions(&mut self, scope: &Scope<'p>, written: &WholeField<'p>, inherited: Option<FieldIndex>) -> Actions {
        let required = written.pick(|field| field.required);
        let on_missing = written.pick(|field| field.on_missing);
        let is_required = required.is_some_and(|(required, _)| required);
        if let (true, Some((action, place))) = (is_required, on_missing)
            && action != spec::OnMissing::Reject
        {
            self.find_key(Code::ContradictoryRequired, place, "on_missing", "`required: true` means `on_missing: reject`").help =
                Some("keep one of the two keys".to_owned());
        }
        if let (true, Some((_, place))) = (is_required, written.pick(|field| field.default)) {
            self.find_key(Code::ContradictoryRequired, place, "default", "a required field is never filled from `default`")
                .help = Some("take `required` away, or the default".to_owned());
        }
        let from_use = inherited.map(|field| (self.fields[field].on_missing, self.fields[field].on_invalid));
        let file_missing = scope.whole.pick(|spec| spec.defaults.on_missing);
        let file_invalid = scope.whole.pick(|spec| spec.defaults.on_invalid);
        let on_missing = match on_missing {
            _ if is_required => OnMissing::Reject,
            Some((action, _)) => action,
            None => from_use.map(|(action, _)| action).or(file_missing).unwrap_or(OnMissing::Blank),
        };
        let on_invalid = match written.pick(|field| field.on_invalid) {
            Some((action, _)) => action,
            None => from_use.map(|(_, action)| action).or(file_invalid).unwrap_or(OnInvalid::Reject),
        };
        Actions { on_missing, on_invalid }
    }

    fn default_value(&mut self, written: &WholeField<'p>, kind: &FieldType, source: &Option<Source>) -> Option<Value<'static>> {
        let (NodeRef(place), layer) = written.pick(|field| field.default)?;
        self.check_default_is_reachable(layer, source.as_ref());
        self.own_word(place, kind, Code::DefaultOutsideType)
    }

    /// A word of the file's own as a value of the field's type.
    pub(super) fn own_word(&mut self, place: Place, kind: &FieldType, code: Code) -> Option<Value<'static>> {
        let words: &[String] = if kind.open { &[] } else { &kind.words };
        match self.literal(place, kind.kind, kind.items, words) {
            Ok(value) => Some(value),
            Err(message) => {
                let near =
                    crate::value::text::nearest(self.project.text(place), words.iter().map(String::as_str)).map(str::to_owned);
                let finding = self.find(code, place, message);
                finding.help = super::literal::how_to_write(kind.kind).map(str::to_owned);
                if let Some(near) = near {
                    finding.help = Some(format!("did you mean `{near}`?"));
                    finding.replacement = Some(near);
                }
                None
            }
        }
    }

    /// Whether the field is a person's. What is fed by a personal field can't say that it is not.
    fn privacy(&mut self, scope: &Scope<'p>, written: &WholeField<'p>, needs: &Needs, inherited: Option<FieldIndex>) -> bool {
        let own = written.pick(|field| field.personal);
        let file = scope.whole.pick(|spec| spec.defaults.personal).unwrap_or(true);
        let said = own.map(|(personal, _)| personal);
        let mut feeding = inherited.iter().chain(&needs.feeding).map(|field| &self.fields[*field]);
        let fed_by: Option<&Field> = feeding.find(|field| field.personal);
        match (said.unwrap_or(file), fed_by.map(|field| field.name.clone())) {
            (false, Some(feeding)) if said == Some(false) => {
                let place = own.map_or(written.place(), |(_, place)| place);
                let message = format!("`{}` is fed by `{feeding}`, which is personal", written.name.value);
                self.find_key(Code::PrivacyWidened, place, "personal", message).help =
                    Some(format!("take `personal: false` away here, or put it on `{feeding}` too"));
                true
            }
            (false, Some(_)) => true,
            (personal, _) => personal,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Actions {
    pub on_missing: OnMissing,
    pub on_invalid: OnInvalid,
}

/// Whether every value of a `kind` is one that a target's `wanted` takes.
fn fits(kind: Kind, wanted: Kind) -> bool {
    match wanted {
        Kind::Json => true,
        Kind::String => matches!(kind, Kind::String | Kind::Email | Kind::Enum | Kind::Date | Kind::Datetime),
        Kind::Decimal => matches!(kind, Kind::Decimal | Kind::Integer),
        other => kind == other,
    }
}
