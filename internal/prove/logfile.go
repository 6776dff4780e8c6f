package prove

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/trailspan/trailspan/internal/apply"
)

// event is as much of a record as it takes to tell a mark.
type event struct {
	RequestID         string          `json:"requestID"`
	EventSource       string          `json:"eventSource"`
	EventName         string          `json:"eventName"`
	AWSRegion         string          `json:"awsRegion"`
	RequestParameters json.RawMessage `json:"requestParameters"` // each operation has its own
}

// asked are the trails that a DescribeTrails call asked for; none when the record does
// not tell.
func (e event) asked() []string {
	var p struct {
		TrailNameList []string `json:"trailNameList"`
	}
	if json.Unmarshal(e.RequestParameters, &p) != nil {
		return nil
	}
	return p.TrailNameList
}

// is says whether the event is that of a mark: the request is the same, and what it
// asked for, as far as the record tells.
func (e event) is(m apply.Mark, region string) bool {
	if e.EventSource != "cloudtrail.amazonaws.com" || e.EventName != "DescribeTrails" || e.AWSRegion != region {
		return false
	}
	names := e.asked()
	if m.RequestID == "" { // an emulator that gave none
		return slices.Contains(names, m.Name)
	}
	return e.RequestID == m.RequestID && (len(names) == 0 || slices.Contains(names, m.Name))
}

// recordIs says whether a record, as event history gives it, is that of a mark.
func recordIs(record string, m apply.Mark, region string) bool {
	var e event
	return json.Unmarshal([]byte(record), &e) == nil && e.is(m, region)
}

// errNoLog says that an object is no log file.
var errNoLog = errors.New("it is no log file")

// longest bounds how much is read of one file: CloudTrail writes 50 MB at most.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const longest = 512 << 20

// holds says whether a log file has the event of a mark. It keeps one record at a time
// in memory. Whoever fetched the file may have unpacked it already.
func holds(in io.Reader, m apply.Mark, region string) (bool, error) {
	buffered := bufio.NewReader(in)
	var text io.Reader = buffered
	if magic, err := buffered.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return false, err
		}
		text = z
	}
	d := json.NewDecoder(io.LimitReader(text, longest))
	if err := enterRecords(d); err != nil {
		return false, err
	}
	for d.More() {
		var e event
		if err := d.Decode(&e); err != nil {
			return false, err
		}
		if e.is(m, region) {
			return true, nil
		}
	}
	return false, nil
}

// enterRecords reads until the first record: {"Records":[
func enterRecords(d *json.Decoder) error {
	for _, want := range []json.Token{json.Delim('{'), "Records", json.Delim('[')} {
		have, err := d.Token()
		if err != nil {
			return err
		}
		if have != want {
			return fmt.Errorf("%w: %v stands where %v should", errNoLog, have, want)
		}
	}
	return nil
}
