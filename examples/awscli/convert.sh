#!/bin/sh
# A trail that records one Region, and what its conversion changes: told by the unmodified
# AWS CLI on a sandbox that lives as long as this script.
#
# Wants trailspan, aws and curl on PATH.
set -eu

dir=$(mktemp -d)
trailspan sandbox --listen 127.0.0.1:0 >"$dir/exports" 2>"$dir/said" &
sandbox=$!
trap 'kill $sandbox || :; rm -r "$dir"' EXIT

# It writes its address, and what else a client needs, when it is ready to be called.
until [ -s "$dir/exports" ]; do
	kill -0 $sandbox 2>/dev/null || { cat "$dir/said" >&2; exit 1; }
	sleep 0.1
done
. "$dir/exports"

# tell says what ap-south-1 sees of trails, and what is in the bucket of what happens there.
tell() {
	aws ec2 describe-regions --region ap-south-1 >/dev/null # something to record
	curl --fail --silent -X POST "$AWS_ENDPOINT_URL/_sandbox/clock?advance=10m" >/dev/null
	trails=$(aws cloudtrail describe-trails --region ap-south-1 --query 'length(trailList)')
	files=$(aws s3api list-objects-v2 --bucket your-bucket-name --prefix AWSLogs/123456789012/CloudTrail/ap-south-1/ \
		--query 'length(Contents || `[]`)')
	echo "ap-south-1 sees $trails trails and has $files log files in the bucket"
}

tell
echo "… update-trail --is-multi-region-trail"
aws cloudtrail update-trail --name your-trail-name --is-multi-region-trail >/dev/null
tell
