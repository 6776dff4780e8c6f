package securityhub

import (
	"cmp"
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type nothing struct{}

type enableInput struct{ ControlFindingGenerator string }

// enableSecurityHub makes a hub. It has no standards, whatever EnableDefaultStandards says.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_EnableSecurityHub.html
func (o operations) enableSecurityHub(c *wire.Call, in enableInput) (nothing, error) {
	if !o.store().Enable(c.Account, c.Region, c.Time) {
		return nothing{}, &wire.Error{Code: "ResourceConflictException", Message: "Account is already subscribed to Security Hub", Status: http.StatusConflict}
	}
	h, err := o.store().hub(c)
	if err == nil {
		h.Generator = cmp.Or(in.ControlFindingGenerator, h.Generator)
	}
	return nothing{}, err
}

// disableSecurityHub forgets the findings at once; AWS keeps them for 90 days.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisableSecurityHub.html
func (o operations) disableSecurityHub(c *wire.Call, _ nothing) (nothing, error) {
	if _, err := o.store().hub(c); err != nil {
		return nothing{}, err
	}
	delete(o.store().Hubs, c.Account+"/"+c.Region)
	return nothing{}, nil
}

type describeInput struct{ HubArn string }

type describeOutput struct {
	HubArn                  string
	SubscribedAt            string
	AutoEnableControls      bool
	ControlFindingGenerator string
}

// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
func (o operations) describeHub(c *wire.Call, in describeInput) (describeOutput, error) {
	h, err := o.store().hub(c)
	if err != nil {
		return describeOutput{}, err
	}
	arn := "arn:" + c.Partition + ":securityhub:" + c.Region + ":" + c.Account + ":hub/default"
	if in.HubArn != "" && in.HubArn != arn {
		return describeOutput{}, &wire.Error{Code: "ResourceNotFoundException", Message: "There is no hub " + in.HubArn, Status: http.StatusNotFound}
	}
	return describeOutput{arn, stamp(h.Since), true, h.Generator}, nil
}
