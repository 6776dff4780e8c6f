package report

import (
	"cmp"
	"io"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// The members of a Compliance Finding of OCSF that trailspan has something to say for.
// https://schema.ocsf.io/1.8.0/classes/compliance_finding
type (
	ocsfEvent struct {
		ActivityID   int              `json:"activity_id"`
		ActivityName string           `json:"activity_name"`
		CategoryUID  int              `json:"category_uid"`
		CategoryName string           `json:"category_name"`
		ClassUID     int              `json:"class_uid"`
		ClassName    string           `json:"class_name"`
		TypeUID      int              `json:"type_uid"`
		TypeName     string           `json:"type_name"`
		Time         int64            `json:"time"` // milliseconds since 1970
		SeverityID   int              `json:"severity_id"`
		Severity     string           `json:"severity"`
		StatusID     int              `json:"status_id"`
		Status       string           `json:"status"`
		Message      string           `json:"message"`
		Metadata     ocsfMetadata     `json:"metadata"`
		Cloud        ocsfCloud        `json:"cloud"`
		Info         ocsfInfo         `json:"finding_info"`
		Compliance   ocsfCompliance   `json:"compliance"`
		Resources    []ocsfResource   `json:"resources"`
		Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	}
	ocsfMetadata struct {
		Version  string      `json:"version"` // of the schema
		Profiles []string    `json:"profiles"`
		Product  ocsfProduct `json:"product"`
	}
	ocsfProduct struct {
		Name    string `json:"name"`
		Vendor  string `json:"vendor_name"`
		Version string `json:"version,omitempty"`
	}
	ocsfCloud struct {
		Provider string      `json:"provider"`
		Region   string      `json:"region,omitempty"`
		Account  ocsfAccount `json:"account"`
	}
	ocsfAccount struct {
		UID    string `json:"uid"`
		Name   string `json:"name,omitempty"`
		TypeID int    `json:"type_id"`
		Type   string `json:"type"`
	}
	ocsfInfo struct {
		UID     string       `json:"uid"`
		Title   string       `json:"title"`
		Desc    string       `json:"desc"`
		Created int64        `json:"created_time"`
		Product string       `json:"product_uid"`
		Rule    ocsfAnalytic `json:"analytic"`
	}
	ocsfAnalytic struct {
		UID    string `json:"uid"`
		Name   string `json:"name"`
		TypeID int    `json:"type_id"`
		Type   string `json:"type"`
	}
	ocsfCompliance struct {
		Control   string   `json:"control"`
		Standards []string `json:"standards"`
		StatusID  int      `json:"status_id"`
		Status    string   `json:"status"`
	}
	ocsfResource struct {
		UID       string `json:"uid"`
		Name      string `json:"name"`
		Type      string `json:"type"`
		Region    string `json:"region,omitempty"`
		Partition string `json:"cloud_partition"`
	}
	ocsfRemediation struct {
		Desc       string   `json:"desc"`
		References []string `json:"references"`
	}
)

const (
	ocsfVersion  = "1.8.0"
	ocsfStandard = "trailspan"
)

// ocsfStream writes an event for each ruling, as one array, one a line.
type ocsfStream struct {
	lines   jsonLines
	english *say.Speaker
	at      time.Time
	maker   Maker
}

func newOCSFStream(w io.Writer, at time.Time, m Maker) *ocsfStream {
	return &ocsfStream{jsonLines{w: w}, english(), at, m}
}

func (s *ocsfStream) add(a coverage.Assessment) error {
	return s.events(a.Snapshot, rulings(s.english, a))
}

func (s *ocsfStream) events(seen trail.Snapshot, all []ruling) error {
	for _, r := range all {
		if r.outcome == leftOut {
			continue
		}
		if err := s.lines.add(ocsfEventOf(seen, r, s.at, s.maker)); err != nil {
			return err
		}
	}
	return nil
}

// end tells of accounts that could not be entered. Which partition they are of nobody said.
func (s *ocsfStream) end(skipped []Skipped) error {
	for _, x := range skipped {
		if x.Reason == "" {
			continue
		}
		seen := trail.Snapshot{Account: x.Account, Name: x.Name, Partition: trail.AWS}
		if err := s.events(seen, []ruling{unseen(s.english, x.Reason)}); err != nil {
			return err
		}
	}
	return s.lines.end()
}

func ocsfEventOf(seen trail.Snapshot, r ruling, at time.Time, m Maker) ocsfEvent {
	e := ocsfEvent{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings", ClassUID: 2003, ClassName: "Compliance Finding",
		TypeUID: 200301, TypeName: "Compliance Finding: Create", Time: at.Unix() * 1000, Message: clean(r.message),
		Metadata: ocsfMetadata{ocsfVersion, []string{"cloud"}, ocsfProduct{"trailspan", "trailspan", m.Version}},
		Cloud:    ocsfCloud{"AWS", string(r.region), ocsfAccount{string(seen.Account), clean(seen.Name), 10, "AWS Account"}},
		Info: ocsfInfo{
			"trailspan/" + r.id(seen.Account), clean(r.title), clean(cmp.Or(r.message, r.title)), at.Unix() * 1000, "trailspan",
			ocsfAnalytic{r.rule, clean(r.title), 1, "Rule"},
		},
		Compliance: ocsfCompliance{Control: r.rule, Standards: []string{ocsfStandard}},
		Resources:  []ocsfResource{ocsfResourceOf(seen, r)},
	}
	e.SeverityID, e.Severity = ocsfSeverity(r)
	e.StatusID, e.Status = 1, "New"
	switch r.outcome {
	case passed:
		e.Compliance.StatusID, e.Compliance.Status = 1, "Pass"
		e.StatusID, e.Status = 4, "Resolved"
	case failed:
		e.Compliance.StatusID, e.Compliance.Status = 3, "Fail"
	default:
		e.Compliance.StatusID, e.Compliance.Status = 0, "Unknown"
	}
	if r.hint != "" {
		e.Remediation = &ocsfRemediation{clean(r.hint), []string{findingPage(r.rule)}}
	}
	return e
}

func ocsfResourceOf(seen trail.Snapshot, r ruling) ocsfResource {
	if r.trail != "" {
		return ocsfResource{string(r.trail), r.trail.Name(), "AwsCloudTrailTrail", string(r.trail.Region()), string(seen.Partition)}
	}
	return ocsfResource{
		"AWS::::Account:" + string(seen.Account), cmp.Or(clean(seen.Name), string(seen.Account)),
		"AwsAccount", string(r.region), string(seen.Partition),
	}
}

func ocsfSeverity(r ruling) (id int, name string) {
	switch {
	case r.outcome == passed || r.severity == trail.Info:
		return 1, "Informational"
	case r.severity == trail.Critical:
		return 5, "Critical"
	case r.severity == trail.High:
		return 4, "High"
	case r.severity == trail.Medium:
		return 3, "Medium"
	default:
		return 2, "Low"
	}
}
