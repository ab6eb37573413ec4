#!/bin/sh
# What CI runs: asks upstream for new releases and judges each of them. Nothing of the packaging is written.
#
#   gate.sh [STATE [REVIEW]]
#   STATE    remembers which releases were judged (default: .forebay-told); keep it between runs
#   REVIEW   a folder for the reports, one folder a release (default: forebay-review)
#   $UPSTREAM  a clone that the profile's `trees` names; its tags are fetched as they are needed
#   $FOREBAY_FLAGS  more flags for `forebay release`, such as `--fail-on review`
#
# Ends with the worst status: 0 nothing needs a person, 1 findings, 3 conflicts. With 2 or 4 the release was not judged, and
# the next run tries it again.
set -eu
state=${1:-.forebay-told}
review=${2:-forebay-review}
worst=0

rm -f "$state.next"
[ ! -e "$state" ] || cp "$state" "$state.next"
tags=$(forebay watch --state "$state.next" --format tag)
for tag in $tags; do
    [ -z "${UPSTREAM:-}" ] || git -C "$UPSTREAM" fetch --quiet --no-tags origin tag "$tag"
    folder=$review/$(printf %s "$tag" | tr / _)
    mkdir -p "$review"
    status=0
    # shellcheck disable=SC2086 # several flags in one variable
    forebay release --onto "$tag" --dry-run --artefacts "$folder" ${FOREBAY_FLAGS:-} || status=$?
    case $status in
    0 | 1 | 3) [ "$status" -le "$worst" ] || worst=$status ;;
    *) exit "$status" ;;
    esac
done
mv "$state.next" "$state"
exit "$worst"
