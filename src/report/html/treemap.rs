//! Squarified treemaps: rectangles that fill a rectangle, each with the area of its weight and as square as can be.
//!
//! The layout is that of Bruls, Huizing and van Wijk (2000): weights from large to small are put into rows along the shorter
//! side, and a row takes one more as long as its worst proportion gets better by it.

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    /// The same without a margin, and without a strip at the top.
    pub(super) fn inside(self, margin: f64, top: f64) -> Self {
        Self {
            x: self.x + margin,
            y: self.y + margin + top,
            width: (self.width - 2.0 * margin).max(0.0),
            height: (self.height - 2.0 * margin - top).max(0.0),
        }
    }
}

/// One rectangle a weight, in the order of the weights, which must not grow and be above zero.
pub(super) fn squarify(weights: &[f64], area: Area) -> Vec<Area> {
    let all: f64 = weights.iter().sum();
    let mut out = Vec::with_capacity(weights.len());
    if all <= 0.0 || area.width <= 0.0 || area.height <= 0.0 {
        return vec![Area { width: 0.0, height: 0.0, ..area }; weights.len()];
    }
    let scale = area.width * area.height / all;
    let mut free = area;
    let mut rest = weights;
    while !rest.is_empty() {
        let side = free.width.min(free.height);
        let mut length = 1;
        while length < rest.len() && worst(&rest[..=length], side, scale) <= worst(&rest[..length], side, scale) {
            length += 1;
        }
        let (row, after) = rest.split_at(length);
        free = place(row, free, scale, &mut out);
        rest = after;
    }
    out
}

/// The worst proportion of the rectangles of a row along a side.
fn worst(row: &[f64], side: f64, scale: f64) -> f64 {
    let sum: f64 = row.iter().sum::<f64>() * scale;
    let thickness = sum / side;
    row.iter().fold(1.0, |worst: f64, weight| {
        let length = weight * scale / thickness;
        worst.max(length / thickness).max(thickness / length)
    })
}

/// Puts a row at the shorter side; gives what is left.
fn place(row: &[f64], free: Area, scale: f64, out: &mut Vec<Area>) -> Area {
    let sum: f64 = row.iter().sum::<f64>() * scale;
    let upright = free.width >= free.height;
    let thickness = sum / if upright { free.height } else { free.width };
    let mut at = 0.0;
    for weight in row {
        let length = weight * scale / thickness;
        out.push(if upright {
            Area { x: free.x, y: free.y + at, width: thickness, height: length }
        } else {
            Area { x: free.x + at, y: free.y, width: length, height: thickness }
        });
        at += length;
    }
    if upright {
        Area { x: free.x + thickness, width: (free.width - thickness).max(0.0), ..free }
    } else {
        Area { y: free.y + thickness, height: (free.height - thickness).max(0.0), ..free }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHOLE: Area = Area { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };

    #[test]
    fn the_example_of_the_paper_is_laid_out_as_there() {
        let found = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], WHOLE);
        assert_eq!(found.first().map(|area| (area.width, area.height)), Some((3.0, 2.0)));
        assert_eq!(found.get(1).map(|area| (area.x, area.y)), Some((0.0, 2.0)));
        assert!(found.get(2).is_some_and(|area| (area.x - 3.0).abs() < 1e-9 && (area.height - 7.0 / 3.0).abs() < 1e-9));
    }

    #[test]
    fn nothing_and_no_room_are_no_trouble() {
        assert!(squarify(&[], WHOLE).is_empty());
        let flat = squarify(&[1.0, 1.0], Area { width: 0.0, ..WHOLE });
        assert_eq!(flat.len(), 2);
    }

    proptest! {
        #[test]
        fn areas_are_the_weights_and_nothing_overlaps(mut weights in prop::collection::vec(1_u32..1000, 1..40)) {
            weights.sort_unstable_by(|one, other| other.cmp(one));
            let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
            let all: f64 = weights.iter().sum();
            let found = squarify(&weights, WHOLE);
            prop_assert_eq!(found.len(), weights.len());
            for (area, weight) in found.iter().zip(&weights) {
                prop_assert!((area.width * area.height - weight * 24.0 / all).abs() < 1e-6);
                prop_assert!(area.x >= -1e-6 && area.y >= -1e-6);
                prop_assert!(area.x + area.width <= 6.0 + 1e-6 && area.y + area.height <= 4.0 + 1e-6);
            }
            for (number, one) in found.iter().enumerate() {
                for other in found.iter().skip(number + 1) {
                    let beside = one.x + one.width <= other.x + 1e-6 || other.x + other.width <= one.x + 1e-6;
                    let below = one.y + one.height <= other.y + 1e-6 || other.y + other.height <= one.y + 1e-6;
                    prop_assert!(beside || below);
                }
            }
        }
    }
}
