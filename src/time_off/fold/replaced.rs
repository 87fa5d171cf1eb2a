//! Which requests have been replaced by others, also where some replace one another in a circle.

use super::{Entry, Key};
use std::collections::{HashMap, HashSet};

/// Which entry names which others.
type Links = HashMap<u32, Vec<u32>>;

/// The numbers of the entries that are replaced, and how many circles there are. `entries` has one entry a request, by key;
/// `replaces` says who replaces whom. Of a circle that nobody else replaces, the newest stays.
pub fn replaced(entries: &[Entry], replaces: &[(Key, Key)]) -> (HashSet<u32>, u64) {
    let at = |key: &Key| entries.binary_search_by_key(key, Entry::key).ok().map(|at| at as u32);
    let (mut names, mut named) = (Links::new(), Links::new());
    for (by, replaced) in replaces.iter().filter_map(|(by, replaced)| Some((at(by)?, at(replaced)?))) {
        names.entry(by).or_default().push(replaced);
        named.entry(replaced).or_default().push(by);
    }
    let (mut seen, mut gone, mut circles) = (HashSet::new(), HashSet::new(), 0);
    for last in finished(&names).into_iter().rev() {
        // Whoever can be reached from those before it has been seen by now: nobody outside its circle replaces it.
        if seen.contains(&last) {
            continue;
        }
        let circle = reached(last, &named, &HashSet::new());
        let beneath = reached(last, &names, &seen);
        let newest = circle.iter().max_by_key(|at| {
            let entry = &entries[**at as usize];
            (entry.created, entry.rank, entry.key())
        });
        circles += u64::from(circle.len() > 1);
        gone.extend(beneath.iter().filter(|at| Some(*at) != newest));
        seen.extend(beneath);
    }
    (gone, circles)
}

/// All that can be reached from `start`, itself included, but nothing beyond what is in `known`.
fn reached(start: u32, links: &Links, known: &HashSet<u32>) -> HashSet<u32> {
    let (mut found, mut open) = (HashSet::from([start]), vec![start]);
    while let Some(at) = open.pop() {
        for next in links.get(&at).into_iter().flatten() {
            if !known.contains(next) && found.insert(*next) {
                open.push(*next);
            }
        }
    }
    found
}

/// Every entry that names or is named, those first that a search in depth is done with first.
fn finished(links: &Links) -> Vec<u32> {
    let mut starts: Vec<u32> = links.keys().copied().collect();
    starts.sort_unstable();
    let (mut seen, mut done) = (HashSet::new(), Vec::new());
    for start in starts {
        let mut path: Vec<(u32, usize)> = if seen.insert(start) { vec![(start, 0)] } else { Vec::new() };
        while let Some((at, next)) = path.last_mut() {
            let follower = links.get(at).and_then(|links| links.get(*next)).copied();
            *next += 1;
            match follower {
                Some(follower) if seen.insert(follower) => path.push((follower, 0)),
                Some(_) => {}
                None => done.extend(path.pop().map(|(at, _)| at)),
            }
        }
    }
    done
}
