package trail

import "slices"

// Class is a kind of management event that a trail can record or leave out.
type Class string

// The classes, in the order in which reports list them. CloudTrail can leave out the
// events of KMS and of the RDS Data API, and nothing else, by their source.
// Global is the events of IAM, STS by its global endpoint, and CloudFront; they
// live in the global Region of the partition only.
const (
	ReadKMS      Class = "read/kms"
	ReadRDSData  Class = "read/rdsdata"
	ReadOther    Class = "read/other"
	WriteKMS     Class = "write/kms"
	WriteRDSData Class = "write/rdsdata"
	WriteOther   Class = "write/other"
	Global       Class = "global"
)

var classes = []Class{ReadKMS, ReadRDSData, ReadOther, WriteKMS, WriteRDSData, WriteOther, Global}

// Classes returns the classes of events that happen in r, in the order of reports.
func Classes(r Region) []Class {
	if r == r.Partition().GlobalRegion() {
		return slices.Clone(classes)
	}
	return slices.Clone(classes[:6])
}

// AccessClasses returns the six classes that selectors speak of: all but global.
func AccessClasses() []Class { return slices.Clone(classes[:6]) }

// readOnly is the value of the field readOnly in the events of the class.
func (c Class) readOnly() string {
	if c == ReadKMS || c == ReadRDSData || c == ReadOther {
		return "true"
	}
	return "false"
}

const (
	kmsSource     = "kms.amazonaws.com"
	rdsdataSource = "rdsdata.amazonaws.com"
)

// eventSource returns the source of the class, or "" for all the others.
func (c Class) eventSource() string {
	switch c {
	case ReadKMS, WriteKMS:
		return kmsSource
	case ReadRDSData, WriteRDSData:
		return rdsdataSource
	default:
		return ""
	}
}

// ClassOf returns the class of an event, by what it says of itself. Global is never it.
func ClassOf(readOnly bool, source string) Class {
	for _, c := range AccessClasses() {
		if (c.readOnly() == "true") == readOnly && c.eventSource() == source {
			return c
		}
	}
	if readOnly {
		return ReadOther
	}
	return WriteOther
}
