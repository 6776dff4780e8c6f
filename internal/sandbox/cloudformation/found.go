package cloudformation

import (
	"encoding/json"
	"time"
)

// A Place is what identifies a stack.
type Place struct {
	ID, Name, Account, Region string
	Created                   time.Time
}

// A Known is a resource that is there without a template having made it.
type Known struct {
	LogicalID, PhysicalID, Type string
	Properties, Attributes      map[string]any
}

// Found returns a stack that was made before anybody looked, with the template that would
// have made it. Resources of the same logical ID are one.
func Found(at Place, resources []Known) *Stack {
	st := &Stack{
		ID: at.ID, Name: at.Name, Account: at.Account, Region: at.Region, Created: at.Created,
		Status: "CREATE_COMPLETE",
	}
	body := map[string]any{}
	for _, k := range resources {
		body[k.LogicalID] = map[string]any{"Type": k.Type, "Properties": k.Properties}
		st.Resources = append(st.Resources, &Resource{
			LogicalID: k.LogicalID, PhysicalID: k.PhysicalID, Type: k.Type, Status: "CREATE_COMPLETE", Time: at.Created,
			Properties: k.Properties, Attributes: k.Attributes,
		})
	}
	text, err := json.MarshalIndent(map[string]any{"AWSTemplateFormatVersion": "2010-09-09", "Resources": body}, "", "  ")
	if err == nil { // it is text, switches and maps of them
		st.Template = string(text)
	}
	st.Events = []Event{{
		ID: st.ID[len(st.ID)-36:], LogicalID: st.Name, PhysicalID: st.ID, Type: stackType, Status: st.Status, Time: at.Created,
	}}
	return st
}
