use std::{
    sync::{Weak, mpsc},
    time::{Duration, Instant},
};

use super::*;

fn queue(threads: usize, capacity: usize) -> Queue {
    Queue::new(NonZeroUsize::new(threads).unwrap(), capacity)
}

/// A job that says it has begun, and goes on until told to end.
fn held() -> (Job, mpsc::Receiver<Option<String>>, mpsc::Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel();
    let job = Box::new(move |_: &mut Memory| {
        begun.send(thread::current().name().map(str::to_owned)).unwrap();
        let _ = may_end.recv();
    });
    (job, has_begun, end)
}

fn take(queue: &Queue, job: Job) -> bool {
    queue.push(job).is_ok()
}

fn eventually(condition: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(1));
    }
    false
}

#[test]
fn threads_start_when_they_are_needed_and_are_used_again() {
    let queue = queue(2, 8);
    assert_eq!(queue.shared.lock().running, 0);
    for _ in 0..5 {
        let (job, begun, end) = held();
        assert!(take(&queue, job));
        assert_eq!(begun.recv().unwrap().as_deref(), Some("robin-hash-0"));
        drop(end);
        assert!(eventually(|| queue.shared.lock().idle == 1));
    }
    assert_eq!(queue.shared.lock().running, 1);
    let (first, second) = (held(), held());
    assert!(take(&queue, first.0) && take(&queue, second.0));
    assert!(first.1.recv().is_ok() && second.1.recv().is_ok());
    assert_eq!(queue.shared.lock().running, 2);
}

#[test]
fn sec_47_a_full_queue_takes_no_more() {
    let queue = queue(1, 2);
    let (job, begun, end) = held();
    assert!(take(&queue, job));
    begun.recv().unwrap();
    assert!(take(&queue, Box::new(|_| {})) && take(&queue, Box::new(|_| {})));
    assert!(matches!(queue.push(Box::new(|_| {})), Err(Refused::Full)));
    drop(end);
    assert!(eventually(|| take(&queue, Box::new(|_| {}))));
}

#[test]
fn dropping_the_queue_drops_its_jobs_and_ends_its_threads() {
    let queue = queue(1, 8);
    let (job, begun, end) = held();
    assert!(take(&queue, job));
    begun.recv().unwrap();
    let (waiting, dropped) = mpsc::channel::<()>();
    assert!(take(&queue, Box::new(move |_| waiting.send(()).unwrap())));
    let shared: Weak<Shared> = Arc::downgrade(&queue.shared);
    drop(queue);
    assert!(dropped.recv().is_err());
    drop(end);
    assert!(eventually(|| shared.strong_count() == 0));
}

#[test]
fn a_job_that_panics_costs_its_thread_only() {
    let queue = queue(1, 8);
    assert!(take(&queue, Box::new(|_| panic!("on purpose"))));
    assert!(eventually(|| queue.shared.lock().running == 0));
    let (job, begun, _end) = held();
    assert!(take(&queue, job));
    assert!(begun.recv().is_ok());
}

#[cfg(target_os = "linux")]
#[test]
fn hashing_threads_let_others_go_first() {
    let own = || rustix::process::getpriority_process(None).unwrap();
    let before = own();
    let queue = queue(1, 1);
    let (sender, receiver) = mpsc::channel();
    assert!(take(&queue, Box::new(move |_| sender.send(own()).unwrap())));
    assert!(receiver.recv().unwrap() > before || before >= 5);
    assert_eq!(own(), before);
}
