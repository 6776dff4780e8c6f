package cloudformation

import "github.com/trailspan/trailspan/internal/sandbox/sns"

// topicKind is AWS::SNS::Topic, whose physical ID is its ARN.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sns-topic.html
func topicKind() kind {
	return kind{
		service: "Sns", name: "TopicName", taggable: true, attributes: []string{"TopicArn", "TopicName"},
		properties: properties{
			"DisplayName":      text(),
			"KmsMasterKeyId":   text(),
			"SignatureVersion": text(),
			"Subscription":     listOf(object(properties{"Endpoint": text().must(), "Protocol": text().must()})),
			"Tags":             tagList(),
			"TopicName":        text().once(),
			"TracingConfig":    text(),
		},
		create: createTopic, update: updateTopic,
		remove: func(d *deed) error { return d.do("sns", "DeleteTopic", map[string]any{"TopicArn": d.id}, nil) },
	}
}

func topicAttributes() []string {
	return []string{"DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"}
}

func createTopic(d *deed) error {
	name := d.named("TopicName", 256)
	attributes := map[string]any{}
	for _, attribute := range topicAttributes() {
		if value := d.text(attribute); value != "" {
			attributes[attribute] = value
		}
	}
	input := map[string]any{"Name": name}
	if len(attributes) > 0 {
		input["Attributes"] = attributes
	}
	if tags := d.list("Tags"); len(tags) > 0 {
		input["Tags"] = tags
	}
	var made struct{ TopicArn string }
	if err := d.do("sns", "CreateTopic", input, &made); err != nil {
		return err
	}
	d.id = made.TopicArn
	d.attributes = map[string]any{"TopicArn": made.TopicArn, "TopicName": name}
	return subscribe(d)
}

// subscribe adds the subscriptions that are new. Those that left the template go, where
// they can: one that waits for its confirmation has no ARN yet.
func subscribe(d *deed) error {
	if !d.changed("Subscription") {
		return nil
	}
	wanted, had := subscriptions(d.properties), subscriptions(d.old)
	for key, s := range wanted {
		if _, there := had[key]; there {
			continue
		}
		input := map[string]any{"TopicArn": d.id, "Protocol": s["Protocol"], "Endpoint": s["Endpoint"]}
		if err := d.do("sns", "Subscribe", input, nil); err != nil {
			return err
		}
	}
	var list struct {
		Subscriptions []struct{ SubscriptionArn, Protocol, Endpoint string }
	}
	if len(had) == 0 {
		return nil
	}
	if err := d.do("sns", "ListSubscriptionsByTopic", map[string]any{"TopicArn": d.id}, &list); err != nil {
		return err
	}
	for _, s := range list.Subscriptions {
		key := s.Protocol + " " + s.Endpoint
		if _, stays := wanted[key]; stays || had[key] == nil || s.SubscriptionArn == "PendingConfirmation" {
			continue
		}
		if err := d.do("sns", "Unsubscribe", map[string]any{"SubscriptionArn": s.SubscriptionArn}, nil); err != nil {
			return err
		}
	}
	return nil
}

func subscriptions(properties map[string]any) map[string]map[string]any {
	list := map[string]map[string]any{}
	for _, s := range listIn(properties, "Subscription") {
		m, _ := s.(map[string]any)
		list[textOf(m, "Protocol")+" "+textOf(m, "Endpoint")] = m
	}
	return list
}

func updateTopic(d *deed) error {
	for _, attribute := range topicAttributes() {
		if !d.changed(attribute) {
			continue
		}
		input := map[string]any{"TopicArn": d.id, "AttributeName": attribute, "AttributeValue": d.text(attribute)}
		if err := d.do("sns", "SetTopicAttributes", input, nil); err != nil {
			return err
		}
	}
	set, lost := d.tagChanges()
	if len(set) > 0 {
		if err := d.do("sns", "TagResource", map[string]any{"ResourceArn": d.id, "Tags": set}, nil); err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		if err := d.do("sns", "UntagResource", map[string]any{"ResourceArn": d.id, "TagKeys": lost}, nil); err != nil {
			return err
		}
	}
	return subscribe(d)
}

// topicPolicyKind is AWS::SNS::TopicPolicy.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sns-topicpolicy.html
func topicPolicyKind() kind {
	put := func(d *deed) error {
		if d.id == "" {
			d.id = generateName(d.stack.Name, d.logicalID, 128)
			d.attributes = map[string]any{"Id": d.id}
		}
		topics := texts(d.properties, "Topics")
		for _, topic := range topics {
			if err := setTopicPolicy(d, topic, documentText(d.properties["PolicyDocument"])); err != nil {
				return err
			}
		}
		return resetTopicPolicies(d, without(texts(d.old, "Topics"), topics))
	}
	return kind{
		service: "Sns", attributes: []string{"Id"},
		properties: properties{"PolicyDocument": free().must(), "Topics": listOf(text()).must()},
		create:     put, update: put,
		remove: func(d *deed) error { return resetTopicPolicies(d, texts(d.properties, "Topics")) },
	}
}

func setTopicPolicy(d *deed, topic, policy string) error {
	return d.do("sns", "SetTopicAttributes", map[string]any{"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy}, nil)
}

// resetTopicPolicies gives topics the policy that SNS gives a new one.
//
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
func resetTopicPolicies(d *deed, topics []string) error {
	for _, topic := range topics {
		if err := setTopicPolicy(d, topic, sns.DefaultPolicy(topic)); err != nil && !gone(err) {
			return err
		}
	}
	return nil
}
