use std::{
    future::{Future, poll_fn},
    sync::mpsc,
    task::Poll,
};

use super::*;

/// Repeats itself: the salts of a test may be equal.
struct Zeros;

impl Random for Zeros {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

/// Counts up: no two salts are equal.
struct Counter(AtomicU64);

impl Random for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        buffer.iter_mut().zip(next.iter().cycle()).for_each(|(to, from)| *to = *from);
    }
}

fn small() -> Params {
    Params::new(64, 1, 1).unwrap()
}

fn pool_with(params: Params, threads: usize) -> HashingPool {
    HashingPool::new(params, NonZeroUsize::new(threads).unwrap(), Arc::new(Zeros))
}

fn pool() -> HashingPool {
    pool_with(small(), 2)
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

const MATCH: Verdict = Verdict { matches: true, rehash: false };
const STALE: Verdict = Verdict { matches: true, rehash: true };
const NO_MATCH: Verdict = Verdict { matches: false, rehash: false };

#[tokio::test]
async fn a_password_matches_its_own_hash_only() {
    let pool = pool();
    for password in ["Robin123", "", "žluťoučký kůň\0", &"x".repeat(1024)] {
        let hash = pool.hash(&secret(password)).await.unwrap();
        assert_eq!(pool.verify(&secret(password), Some(&hash)).await.unwrap(), MATCH);
        assert_eq!(pool.verify(&secret(&format!("{password}x")), Some(&hash)).await.unwrap(), NO_MATCH);
    }
}

#[tokio::test]
async fn a_hash_is_the_one_that_other_programs_compute() {
    // OpenSSL's, of `password` with the salt `saltsaltsaltsalt`.
    let phc = "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$i6P6cCvSwI/Gp4MO3l8wvjoXUe1JLzHNfXagpIByW1o";
    let hash = PasswordHash::new(phc.to_owned());
    assert_eq!(pool().verify(&secret("password"), Some(&hash)).await.unwrap(), STALE);
    assert_eq!(pool().verify(&secret("Password"), Some(&hash)).await.unwrap(), NO_MATCH);
}

#[tokio::test]
async fn every_hash_has_its_own_salt() {
    let pool = HashingPool::new(small(), NonZeroUsize::MIN, Arc::new(Counter(AtomicU64::new(0))));
    let (first, second) =
        (pool.hash(&secret("Robin123")).await.unwrap(), pool.hash(&secret("Robin123")).await.unwrap());
    assert_ne!(first.expose(), second.expose());
}

#[tokio::test]
async fn a_hash_made_with_other_parameters_is_to_be_made_anew() {
    let hash = pool().hash(&secret("Robin123")).await.unwrap();
    let stronger = pool_with(Params::new(128, 1, 1).unwrap(), 1);
    assert_eq!(stronger.verify(&secret("Robin123"), Some(&hash)).await.unwrap(), STALE);
    assert_eq!(stronger.verify(&secret("Robin124"), Some(&hash)).await.unwrap(), NO_MATCH);
}

#[tokio::test]
async fn sec_10_every_way_to_an_answer_takes_one_computation() {
    let pool = pool();
    let hash = pool.hash(&secret("Robin123")).await.unwrap();
    let unusable = PasswordHash::new("$argon2id$v=19$m=4294967295,t=9,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA".into());
    let start = pool.computed();
    assert_eq!(pool.verify(&secret("Robin123"), Some(&hash)).await.unwrap(), MATCH);
    assert_eq!(pool.computed(), start + 1);
    assert_eq!(pool.verify(&secret("Robin124"), Some(&hash)).await.unwrap(), NO_MATCH);
    assert_eq!(pool.computed(), start + 2);
    assert_eq!(pool.verify(&secret("Robin123"), None).await.unwrap(), NO_MATCH);
    assert_eq!(pool.computed(), start + 3);
    assert!(matches!(pool.verify(&secret("Robin123"), Some(&unusable)).await, Err(Error::UnusableHash(_))));
    assert_eq!(pool.computed(), start + 4);
}

#[tokio::test]
async fn sec_10_no_password_fits_where_there_is_no_hash() {
    // The placeholder's own output, were it ever hit, is no password either.
    for password in ["", "\0", "Robin123"] {
        assert_eq!(pool().verify(&secret(password), None).await.unwrap(), NO_MATCH);
    }
}

/// Keeps the only thread of a pool busy until told to end.
fn hold(pool: &HashingPool) -> mpsc::Sender<()> {
    let (end, may_end) = mpsc::channel::<()>();
    let (begun, has_begun) = mpsc::channel();
    let job = move |_: &mut Memory| {
        begun.send(()).unwrap();
        let _ = may_end.recv();
    };
    assert!(pool.queue.push(Box::new(job)).is_ok());
    has_begun.recv().unwrap();
    end
}

#[tokio::test]
async fn sec_47_a_storm_of_logins_is_turned_away_with_a_time_to_come_back() {
    let pool = pool_with(small(), 1);
    let end = hold(&pool);
    for _ in 0..WAITING {
        assert!(pool.queue.push(Box::new(|_| {})).is_ok());
    }
    let refused = pool.verify(&secret("Robin123"), None).await;
    assert!(matches!(refused, Err(Error::TooMany { retry_after: RETRY_AFTER })));
    assert_eq!(pool.computed(), 0);
    drop(end);
    while let Err(Error::TooMany { .. }) = pool.verify(&secret("Robin123"), None).await {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.computed(), 1);
}

#[tokio::test]
async fn sec_47_nothing_is_computed_for_those_who_have_gone_away() {
    let pool = pool_with(small(), 1);
    let end = hold(&pool);
    let password = secret("Robin123");
    let mut login = Box::pin(pool.verify(&password, None));
    assert!(poll_fn(|context| Poll::Ready(login.as_mut().poll(context).is_pending())).await);
    drop(login);
    drop(end);
    pool.verify(&password, None).await.unwrap();
    assert_eq!(pool.computed(), 1);
}

#[tokio::test]
async fn a_local_account_logs_in_with_its_password_only() {
    use crate::{Account, IdentityProvider, local::Local};

    let pool = Arc::new(pool());
    let hash = pool.hash(&secret("Robin123")).await.unwrap();
    let provider: Box<dyn IdentityProvider> = Box::new(Local::new(pool));
    let nobody = Account::nobody("robin".parse().unwrap());
    let robin = Account { password: Some(hash), ..nobody.clone() };
    assert_eq!(provider.authenticate(&robin, &secret("Robin123")).await.unwrap(), MATCH);
    assert_eq!(provider.authenticate(&robin, &secret("robin123")).await.unwrap(), NO_MATCH);
    assert_eq!(provider.authenticate(&nobody, &secret("Robin123")).await.unwrap(), NO_MATCH);
}
