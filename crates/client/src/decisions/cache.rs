//! What is remembered, and for how long it may be relied on.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant},
};

use robin_api::{changes::Changes, login::Identity};

use super::{Answer, Question};

/// For how long after it was asked an answer about changes vouches for what is remembered.
const TRUST: Duration = Duration::from_millis(500);

/// Answers and identities that hold as of a revision.
pub struct Cache {
    state: RwLock<State>,
    capacity: usize,
}

#[derive(Default)]
struct State {
    /// The revision up to which everything here has been told of changes.
    revision: i64,
    /// Until when that can be relied on.
    trusted_until: Option<Instant>,
    answers: HashMap<Question, Kept<Answer>>,
    identities: HashMap<Box<str>, Kept<Arc<Identity>>>,
}

struct Kept<T> {
    value: T,
    until: Instant,
}

impl Cache {
    pub fn new(capacity: usize) -> Self {
        Self { state: RwLock::default(), capacity }
    }

    pub fn answer(&self, question: &Question, now: Instant) -> Option<Answer> {
        let state = self.read();
        state.find(&state.answers, question, now)
    }

    pub fn identity(&self, token: &str, now: Instant) -> Option<Arc<Identity>> {
        let state = self.read();
        state.find(&state.identities, token, now)
    }

    /// Remembers an answer that was made from `revision`, unless something has changed since that is known here.
    pub fn keep_answer(&self, question: Question, answer: &Answer, revision: i64, until: Instant) {
        let mut state = self.write();
        if state.revision <= revision {
            insert(&mut state.answers, self.capacity, question, Kept { value: answer.clone(), until });
        }
    }

    /// As [`keep_answer`](Self::keep_answer), for whose token it is.
    pub fn keep_identity(&self, token: &str, identity: &Arc<Identity>, revision: i64, until: Instant) {
        let mut state = self.write();
        if state.revision <= revision {
            insert(&mut state.identities, self.capacity, token.into(), Kept { value: Arc::clone(identity), until });
        }
    }

    /// The revision from which to ask for changes; `None` before the first answer.
    pub fn revision(&self) -> Option<i64> {
        let state = self.read();
        state.trusted_until.map(|_| state.revision)
    }

    /// Forgets what has changed. The answer that says so was asked for at `asked`.
    pub fn forget(&self, news: &Changes, asked: Instant) {
        let mut state = self.write();
        state.revision = news.revision;
        state.trusted_until = Some(asked + TRUST);
        if news.everything {
            state.answers.clear();
            state.identities.clear();
            return;
        }
        if !news.users.is_empty() || !news.objects.is_empty() {
            state.answers.retain(|question, _| !may_change(question, news));
        }
        if !news.users.is_empty() || !news.sessions.is_empty() {
            state.identities.retain(|_, kept| {
                !is_among(&news.users, kept.value.username.as_str()) && !news.sessions.contains(&kept.value.session)
            });
        }
    }

    // A panic elsewhere leaves maps that are whole: each change to them is one call.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find<K, Q, T>(&self, map: &HashMap<K, Kept<T>>, key: &Q, now: Instant) -> Option<T>
    where
        K: Borrow<Q> + Eq + Hash,
        Q: Eq + Hash + ?Sized,
        T: Clone,
    {
        let is_trusted = self.trusted_until.is_some_and(|until| now < until);
        map.get(key).filter(|kept| is_trusted && now < kept.until).map(|kept| kept.value.clone())
    }
}

/// Whether the news concern who or what the question is about.
fn may_change(question: &Question, news: &Changes) -> bool {
    let is_about = |id: &str| match question.object_type.as_str() {
        "USER" => is_among(&news.users, id),
        object_type => news.objects.iter().any(|object| object.object_type == object_type && object.id == id),
    };
    is_among(&news.users, &question.username) || question.id.as_deref().is_some_and(is_about)
}

/// Usernames are the same in any case.
fn is_among(users: &[String], name: &str) -> bool {
    users.iter().any(|user| user.eq_ignore_ascii_case(name))
}

/// A full map makes room for one more by giving up any of them: what is in use is asked for again.
fn insert<K: Eq + Hash + Clone, T>(map: &mut HashMap<K, T>, capacity: usize, key: K, value: T) {
    if map.len() >= capacity
        && let Some(any) = map.keys().next().cloned()
    {
        map.remove(&any);
    }
    map.insert(key, value);
}

#[cfg(test)]
mod tests {
    use robin_api::changes::ChangedObject;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    fn question(username: &str) -> Question {
        Question::about(username, "t1", "APPLICATION", "start")
    }

    fn yes() -> Answer {
        Answer { allowed: true, reason: "permission".to_owned() }
    }

    fn news(revision: i64, users: &[&str]) -> Changes {
        Changes { revision, users: users.iter().map(ToString::to_string).collect(), ..Changes::default() }
    }

    /// A memory that knows of revision 5.
    fn cache(now: Instant) -> Cache {
        let cache = Cache::new(2);
        cache.forget(&news(5, &[]), now);
        cache
    }

    #[test]
    fn nothing_is_relied_on_that_is_not_confirmed() {
        let now = Instant::now();
        let cache = Cache::new(2);
        assert_eq!(cache.revision(), None);
        cache.keep_answer(question("ann"), &yes(), 5, now + LONG);
        assert_eq!(cache.answer(&question("ann"), now), None);
        cache.forget(&news(5, &[]), now);
        assert_eq!((cache.revision(), cache.answer(&question("ann"), now)), (Some(5), Some(yes())));
        assert_eq!(cache.answer(&question("ann"), now + TRUST), None);
        cache.forget(&news(5, &[]), now + TRUST);
        assert_eq!(cache.answer(&question("ann"), now + TRUST), Some(yes()));
    }

    #[test]
    fn an_answer_from_before_a_known_change_is_not_remembered() {
        let now = Instant::now();
        let cache = cache(now);
        cache.keep_answer(question("ann"), &yes(), 4, now + LONG);
        assert_eq!(cache.answer(&question("ann"), now), None);
    }

    #[test]
    fn a_change_makes_forget_whom_it_concerns_whatever_the_case_of_their_name() {
        let now = Instant::now();
        let cache = cache(now);
        for name in ["Ann", "bob"] {
            cache.keep_answer(question(name), &yes(), 5, now + LONG);
        }
        cache.forget(&news(6, &["ANN"]), now);
        assert_eq!((cache.answer(&question("Ann"), now), cache.answer(&question("bob"), now)), (None, Some(yes())));
        cache.forget(&Changes { everything: true, ..news(7, &[]) }, now);
        assert_eq!(cache.answer(&question("bob"), now), None);
    }

    #[test]
    fn a_change_makes_forget_what_it_concerns() {
        let now = Instant::now();
        let cache = Cache::new(8);
        let on = |object_type: &str, id: &str| Question::about("ann", "t1", object_type, "view").of(id);
        let all = [on("APPLICATION", "web"), on("APPLICATION", "db"), on("CLONE", "web"), on("USER", "Bob")];
        for question in &all {
            cache.keep_answer(question.clone(), &yes(), 5, now + LONG);
        }
        let web = ChangedObject { object_type: "APPLICATION".to_owned(), id: "web".to_owned() };
        cache.forget(&Changes { objects: vec![web], ..news(6, &["bob"]) }, now);
        let left: Vec<bool> = all.iter().map(|question| cache.answer(question, now).is_some()).collect();
        assert_eq!(left, [false, true, true, false]);
    }

    #[test]
    fn an_answer_that_time_alone_ends_is_not_used_past_it() {
        let now = Instant::now();
        let cache = cache(now);
        cache.keep_answer(question("ann"), &yes(), 5, now + TRUST / 2);
        assert_eq!(cache.answer(&question("ann"), now + TRUST / 4), Some(yes()));
        assert_eq!(cache.answer(&question("ann"), now + TRUST / 2), None);
    }

    #[test]
    fn a_full_memory_makes_room() {
        let now = Instant::now();
        let cache = cache(now);
        for name in ["ann", "bob", "eve"] {
            cache.keep_answer(question(name), &yes(), 5, now + LONG);
            assert_eq!(cache.answer(&question(name), now), Some(yes()));
        }
        assert_eq!(cache.read().answers.len(), 2);
    }
}
