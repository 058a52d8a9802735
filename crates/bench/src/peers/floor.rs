//! The least that could do the job: standard maps, bits, and a memoised search.

use std::collections::HashMap;

use robin_rbac::Definition;

use crate::world::{CAPABILITY, USERS, tenant_of};

/// Room for the permissions of the built-in catalogue.
type Bits = [u64; 5];

/// Two maps from user and tenant to bits, and one from the pair to its bit.
pub struct Floor {
    words: HashMap<(String, String), usize>,
    members: HashMap<i64, HashMap<i64, Bits>>,
}

impl Floor {
    /// Parses and resolves, and checks nothing.
    #[must_use]
    pub fn load(text: &str) -> Self {
        let definitions: Vec<Definition> = serde_json::from_str(text).unwrap();
        let names: HashMap<&str, usize> =
            definitions.iter().enumerate().map(|(place, definition)| (definition.name.as_str(), place)).collect();
        let mut words = HashMap::new();
        for entry in definitions.iter().flat_map(|definition| &definition.entries) {
            let next = words.len();
            words.entry((entry.object_type.clone(), entry.operation.clone())).or_insert(next);
        }
        let mut sets = vec![None; definitions.len()];
        for place in 0..definitions.len() {
            visit(place, &definitions, &names, &words, &mut sets);
        }
        let bits = sets[names[CAPABILITY]].unwrap();
        let members = (0..USERS).map(|user| (user, HashMap::from([(tenant_of(user), bits)]))).collect();
        Self { words, members }
    }

    /// The words, borrowed, so that asking needs no new text.
    #[must_use]
    pub fn words(&self) -> HashMap<(&str, &str), usize> {
        self.words.iter().map(|((object_type, operation), bit)| ((&**object_type, &**operation), *bit)).collect()
    }

    /// Whether the user of a tenant has the pair of type and operation.
    #[must_use]
    pub fn may(&self, words: &HashMap<(&str, &str), usize>, (user, tenant): (i64, i64), pair: (&str, &str)) -> bool {
        let Some(bits) = self.members.get(&user).and_then(|places| places.get(&tenant)) else { return false };
        words.get(&pair).is_some_and(|bit| bits[bit / 64] >> (bit % 64) & 1 == 1)
    }
}

fn visit(
    place: usize,
    definitions: &[Definition],
    names: &HashMap<&str, usize>,
    words: &HashMap<(String, String), usize>,
    sets: &mut [Option<Bits>],
) -> Bits {
    if let Some(done) = sets[place] {
        return done;
    }
    let mut set = [0; 5];
    for entry in &definitions[place].entries {
        let bit = words[&(entry.object_type.clone(), entry.operation.clone())];
        set[bit / 64] |= 1 << (bit % 64);
    }
    for provider in &definitions[place].providers {
        let inherited = visit(names[provider.as_str()], definitions, names, words, sets);
        set.iter_mut().zip(inherited).for_each(|(word, more)| *word |= more);
    }
    sets[place] = Some(set);
    set
}

/// What each inherits, itself included, as bits. Providers come later than who inherits them, so that going backwards meets
/// them first, as a memoised search would.
#[must_use]
pub fn closure(providers: &[Vec<usize>]) -> Vec<Vec<u64>> {
    let words = providers.len().div_ceil(64);
    let mut sets: Vec<Vec<u64>> = vec![Vec::new(); providers.len()];
    for place in (0..providers.len()).rev() {
        let mut set = vec![0; words];
        set[place / 64] |= 1 << (place % 64);
        for provider in &providers[place] {
            set.iter_mut().zip(&sets[*provider]).for_each(|(word, more)| *word |= more);
        }
        sets[place] = set;
    }
    sets
}
