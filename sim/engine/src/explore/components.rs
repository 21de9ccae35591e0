//! Groups of states that lead to each other (strongly connected components, after Tarjan, without recursion).

/// Not looked at, or not in a component.
pub(super) const NONE: u32 = u32::MAX;

/// The component of each of `count` states, or [`NONE`] for those that are left out; and how many there are. `next`:
/// the nth state behind a state. Components are numbered from the last to the first: steps lead to lower numbers.
pub(super) fn components(
    count: usize,
    is_in: impl Fn(usize) -> bool,
    next: impl Fn(usize, usize) -> Option<usize>,
) -> (Vec<u32>, usize) {
    let (mut order, mut low, mut component) = (vec![NONE; count], vec![0_u32; count], vec![NONE; count]);
    let (mut stack, mut work, mut number, mut components) = (Vec::new(), Vec::new(), 0_u32, 0_u32);
    for root in (0..count).filter(|state| is_in(*state)) {
        if order[root] != NONE {
            continue;
        }
        work.push((root, 0_usize));
        while let Some((state, edge)) = work.pop() {
            if edge == 0 {
                (order[state], low[state]) = (number, number);
                number += 1;
                stack.push(state);
            }
            match next(state, edge) {
                Some(target) => {
                    work.push((state, edge + 1));
                    if !is_in(target) {
                    } else if order[target] == NONE {
                        work.push((target, 0));
                    } else if component[target] == NONE {
                        low[state] = low[state].min(order[target]);
                    }
                }
                None => {
                    if low[state] == order[state] {
                        while let Some(member) = stack.pop() {
                            component[member] = components;
                            if member == state {
                                break;
                            }
                        }
                        components += 1;
                    }
                    if let Some((parent, _)) = work.last() {
                        low[*parent] = low[*parent].min(low[state]);
                    }
                }
            }
        }
    }
    (component, components as usize)
}
