package cloudformation

// subscriptionKind is AWS::SNS::Subscription, whose physical ID is its ARN, also while it
// waits for its confirmation.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sns-subscription.html
func subscriptionKind() kind {
	return kind{
		service: "Sns", attributes: []string{"Arn"},
		properties: properties{
			"DeliveryPolicy":      free(),
			"Endpoint":            text().once(),
			"FilterPolicy":        free(),
			"FilterPolicyScope":   text(),
			"Protocol":            text().must().once(),
			"RawMessageDelivery":  boolean(),
			"RedrivePolicy":       free(),
			"Region":              text(),
			"ReplayPolicy":        free(),
			"SubscriptionRoleArn": text(),
			"TopicArn":            text().must().once(),
		},
		create: createSubscription, update: updateSubscription, remove: removeSubscription,
	}
}

// subscriptionAttributes are the properties that are attributes of a subscription.
func subscriptionAttributes() []string {
	return []string{
		"DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "ReplayPolicy", "SubscriptionRoleArn",
	}
}

func createSubscription(d *deed) error {
	attributes := map[string]any{}
	for _, name := range subscriptionAttributes() {
		if value, given := d.properties[name]; given {
			attributes[name] = documentText(value)
		}
	}
	input := with(d.pick(map[string]string{"Endpoint": "Endpoint", "Protocol": "Protocol", "TopicArn": "TopicArn"}), "ReturnSubscriptionArn", true)
	if len(attributes) > 0 {
		input["Attributes"] = attributes
	}
	var made struct{ SubscriptionArn string }
	if err := d.atTopic("Subscribe", input, &made); err != nil {
		return err
	}
	d.id, d.attributes = made.SubscriptionArn, map[string]any{"Arn": made.SubscriptionArn}
	return nil
}

// atTopic calls SNS in the Region of the topic, where the subscription names it.
func (d *deed) atTopic(operation string, input, output any) error {
	there := *d.call
	if region := d.text("Region"); region != "" {
		there.Region = region
	}
	return d.aws.Call(&there, "sns", operation, input, output)
}

func updateSubscription(d *deed) error {
	for _, name := range subscriptionAttributes() {
		if !d.changed(name) {
			continue
		}
		input := map[string]any{"SubscriptionArn": d.id, "AttributeName": name, "AttributeValue": ""}
		if value, given := d.properties[name]; given {
			input["AttributeValue"] = documentText(value)
		} else if name == "RawMessageDelivery" {
			input["AttributeValue"] = "false"
		}
		if err := d.atTopic("SetSubscriptionAttributes", input, nil); err != nil {
			return err
		}
	}
	return nil
}

// removeSubscription ends a subscription. One that waits for its confirmation cannot be
// ended: it is left to wait, so that the stack can go. (The handler of AWS that is public
// refuses that in some versions, and in others says that there is none.)
func removeSubscription(d *deed) error {
	var known struct{ Attributes map[string]string }
	id := map[string]any{"SubscriptionArn": d.id}
	if err := d.atTopic("GetSubscriptionAttributes", id, &known); err != nil {
		return err
	}
	if known.Attributes["PendingConfirmation"] == "true" {
		return nil
	}
	return d.atTopic("Unsubscribe", id, nil)
}
