package sandbox

// advisorRow is what the check found in a Region.
type advisorRow struct {
	Status     string   `json:"status"` // ok, warning or error
	Region     string   `json:"region"`
	ResourceID string   `json:"resourceId"`
	Suppressed bool     `json:"isSuppressed"`
	Metadata   []string `json:"metadata"` // as advisorDescription.Metadata names it
}

// advise makes the check of an account: a row for each enabled Region, and the worst of
// them for the whole.
//
// https://docs.aws.amazon.com/awssupport/latest/user/security-checks.html
func (s *Sandbox) advise(viewer *account) (advisorSummary, []advisorRow) {
	now := advisorTime(s.now())
	summary := advisorSummary{CheckID: advisorCheck, Timestamp: now, Status: "ok"}
	rows := []advisorRow{}
	for _, region := range viewer.enabledRegions(s.now()) {
		logging, failing := s.trailsAt(viewer, region)
		status, color := advice(logging, failing)
		rows = append(rows, advisorRow{
			Status: status, Region: region, ResourceID: steadyUUID(advisorCheck, viewer.ID, region),
			Metadata: []string{color, region, yesNo(logging > 0), yesNo(failing > 0), now},
		})
		summary.Resources.Processed++
		if status != "ok" {
			summary.Resources.Flagged++
		}
		if summary.Status != "error" && status != "ok" {
			summary.Status = status
		}
	}
	return summary, rows
}

// advice is red where no trail logs, yellow where all that log fail.
func advice(logging, failing int) (status, color string) {
	switch {
	case logging == 0:
		return "error", "Red"
	case failing == logging:
		return "warning", "Yellow"
	}
	return "ok", "Green"
}

// trailsAt counts the trails that log in a Region of an account, and those of them that
// cannot deliver.
func (s *Sandbox) trailsAt(viewer *account, region string) (logging, failing int) {
	for _, owner := range s.ownersFor(viewer) {
		for _, t := range owner.Trails {
			if !t.Logging || !s.reaches(sight{t, owner, viewer, region}) {
				continue
			}
			logging++
			if s.deliveryOf(source{t, owner, viewer.ID, region}, s.now()).Error != "" {
				failing++
			}
		}
	}
	return logging, failing
}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}
