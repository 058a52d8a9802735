//! Contests: several ways to do the same work, timed in alternated rounds.

use std::{hint::black_box, time::Duration};

use crate::cpu::Stopwatch;

/// How often each contender runs. Odd, so that the median is a time that was measured.
pub const ROUNDS: usize = 7;

/// What one round of one contender should take: long against the clock's resolution, short against the machine's moods.
const ROUND: Duration = Duration::from_millis(30);

/// Times some turns of the work, and says what they took together.
type Turns<'a> = Box<dyn FnMut(u32) -> Duration + 'a>;

/// The contenders, in the order in which each round runs them.
#[derive(Default)]
pub struct Contest<'a> {
    contenders: Vec<(&'static str, Turns<'a>)>,
}

/// What one turn of a contender takes.
#[derive(Debug, Clone)]
pub struct Time {
    /// Who.
    pub name: &'static str,
    /// The median of the rounds, in seconds.
    pub seconds: f64,
}

impl Time {
    /// Name and seconds, as a report takes what it holds ours against.
    #[must_use]
    pub const fn beside(&self) -> (&str, f64) {
        (self.name, self.seconds)
    }
}

impl<'a> Contest<'a> {
    /// A contest without contenders.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds work that is the same every turn.
    #[must_use]
    pub fn with<T>(mut self, name: &'static str, mut work: impl FnMut() -> T + 'a) -> Self {
        let turns = move |count| {
            let watch = Stopwatch::of_thread();
            for _ in 0..count {
                black_box(work());
            }
            watch.elapsed()
        };
        self.contenders.push((name, Box::new(turns)));
        self
    }

    /// Adds work that uses something up and makes something. Making the one and dropping the other is not timed. What is made
    /// stays until the round is over, so that nobody works in memory that the turn before has just given back.
    #[must_use]
    pub fn with_prepared<S, T>(
        mut self,
        name: &'static str,
        mut prepare: impl FnMut() -> S + 'a,
        mut work: impl FnMut(S) -> T + 'a,
    ) -> Self {
        let turns = move |count| {
            let mut made = Vec::with_capacity(count as usize);
            (0..count)
                .map(|_| {
                    let prepared = black_box(prepare());
                    let watch = Stopwatch::of_thread();
                    made.push(black_box(work(prepared)));
                    watch.elapsed()
                })
                .sum()
        };
        self.contenders.push((name, Box::new(turns)));
        self
    }

    /// Runs the rounds and gives each contender's median, in the order in which they were added.
    #[must_use]
    pub fn run(mut self) -> Vec<Time> {
        let counts: Vec<u32> = self.contenders.iter_mut().map(|(_, turns)| enough(turns)).collect();
        let mut taken = vec![Vec::with_capacity(ROUNDS); counts.len()];
        for _ in 0..ROUNDS {
            for (((_, turns), count), taken) in self.contenders.iter_mut().zip(&counts).zip(&mut taken) {
                taken.push(turns(*count).as_secs_f64() / f64::from(*count));
            }
        }
        let times = self.contenders.iter().zip(taken);
        times.map(|((name, _), taken)| Time { name, seconds: median(taken) }).collect()
    }
}

/// How many turns fill a round. Finding out warms the contender up.
fn enough(turns: &mut Turns<'_>) -> u32 {
    let mut count = 1;
    loop {
        let taken = turns(count);
        if taken >= ROUND || count > 1 << 26 {
            return count;
        }
        let missing = ROUND.as_secs_f64() / taken.as_secs_f64().max(1e-9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 2 and 64")]
        let factor = missing.ceil().clamp(2.0, 64.0) as u32;
        count *= factor;
    }
}

/// The middle one.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
