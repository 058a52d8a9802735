//! Inheritance as a graph of numbered nodes. Nothing here recurses, so no chain is too deep.

use crate::index::number;

/// For each node the nodes it is linked to, all in one list.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Links {
    /// No nodes yet, with room for so many of them and so many links.
    pub(crate) fn with_capacity(nodes: usize, links: usize) -> Self {
        let mut starts = Vec::with_capacity(nodes + 1);
        starts.push(0);
        Self { starts, targets: Vec::with_capacity(links) }
    }

    /// Adds a link from the node being built.
    pub(crate) fn push(&mut self, target: u32) {
        self.targets.push(target);
    }

    /// The links of the node being built.
    pub(crate) fn unfinished(&self) -> &[u32] {
        let start = self.starts.last().copied().unwrap_or_default();
        self.targets.get(start as usize..).unwrap_or_default()
    }

    /// Ends the node being built.
    pub(crate) fn finish_node(&mut self) {
        self.starts.push(number(self.targets.len()));
    }

    /// The nodes that `node` is linked to.
    pub(crate) fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        let bounds = self.starts.get(node).zip(self.starts.get(node + 1));
        bounds.and_then(|(start, end)| self.targets.get(*start as usize..*end as usize)).unwrap_or_default()
    }

    /// The same links, seen from their targets.
    pub(crate) fn reversed(&self) -> Self {
        let mut starts = vec![0_u32; self.starts.len()];
        for target in &self.targets {
            add(&mut starts, *target + 1, 1);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut targets = vec![0; self.targets.len()];
        for node in self.nodes() {
            for target in self.of(node) {
                let place = add(&mut next, *target, 1);
                targets.get_mut(place as usize).into_iter().for_each(|slot| *slot = node);
            }
        }
        Self { starts, targets }
    }

    /// The nodes in an order in which each comes after all it is linked to. `back` are the same links reversed.
    ///
    /// # Errors
    ///
    /// The members of a cycle, each linked to the next and the last to the first.
    pub(crate) fn order(&self, back: &Self) -> Result<Vec<u32>, Vec<u32>> {
        let mut waiting: Vec<u32> = self.starts.windows(2).map(|bounds| bounds.iter().fold(0, |a, b| b - a)).collect();
        let mut order: Vec<u32> = Vec::with_capacity(waiting.len());
        order.extend(self.nodes().zip(&waiting).filter(|(_, count)| **count == 0).map(|(node, _)| node));
        let mut done = 0;
        while let Some(node) = order.get(done).copied() {
            done += 1;
            for dependent in back.of(node) {
                let is_ready = waiting.get_mut(*dependent as usize).is_some_and(|count| {
                    *count -= 1;
                    *count == 0
                });
                if is_ready {
                    order.push(*dependent);
                }
            }
        }
        if order.len() == waiting.len() { Ok(order) } else { Err(self.cycle(&waiting)) }
    }

    /// A cycle among the nodes that still wait: each of them waits for another, so that any walk comes back.
    fn cycle(&self, waiting: &[u32]) -> Vec<u32> {
        let waits = |node: &u32| waiting.get(*node as usize).is_some_and(|count| *count > 0);
        let mut walked = Vec::new();
        let mut step_of = vec![None; waiting.len()];
        let mut next = self.nodes().find(waits);
        while let Some((node, step)) = next.and_then(|node| step_of.get_mut(node as usize).map(|step| (node, step))) {
            if let Some(first) = *step {
                walked.drain(..first);
                break;
            }
            *step = Some(walked.len());
            walked.push(node);
            next = self.of(node).iter().copied().find(waits);
        }
        walked
    }

    fn nodes(&self) -> std::ops::Range<u32> {
        0..number(self.starts.len() - 1)
    }
}

/// Adds to the number at a place, and gives what it was.
fn add(numbers: &mut [u32], place: u32, more: u32) -> u32 {
    numbers.get_mut(place as usize).map_or(0, |number| {
        let before = *number;
        *number += more;
        before
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(nodes: &[&[u32]]) -> Links {
        let mut links = Links::with_capacity(nodes.len(), 0);
        for targets in nodes {
            targets.iter().for_each(|target| links.push(*target));
            links.finish_node();
        }
        links
    }

    fn order(nodes: &[&[u32]]) -> Result<Vec<u32>, Vec<u32>> {
        let links = links(nodes);
        links.order(&links.reversed())
    }

    #[test]
    fn every_node_comes_after_those_it_is_linked_to() {
        assert_eq!(order(&[&[1, 2], &[3], &[3], &[]]), Ok(vec![3, 1, 2, 0]));
        assert_eq!(order(&[]), Ok(vec![]));
    }

    #[test]
    fn links_are_seen_from_their_targets() {
        let back = links(&[&[1, 2], &[2], &[]]).reversed();
        assert_eq!((back.of(0), back.of(1), back.of(2), back.of(3)), (&[][..], &[0][..], &[0, 1][..], &[][..]));
    }

    #[test]
    fn a_cycle_is_named_without_those_who_only_lead_to_it() {
        assert_eq!(order(&[&[1], &[2], &[3, 1], &[]]), Err(vec![1, 2]));
        assert_eq!(order(&[&[0]]), Err(vec![0]));
    }

    #[test]
    fn a_link_given_twice_counts_once() {
        assert_eq!(order(&[&[1, 1], &[]]), Ok(vec![1, 0]));
    }
}
