package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

func TestTags(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", func(in *cloudtrail.CreateTrailInput) {
		in.TagsList = []types.Tag{{Key: ptr("team"), Value: ptr("a")}}
	})
	add := func(tags ...types.Tag) error {
		_, err := l.at("us-east-1").AddTags(t.Context(), &cloudtrail.AddTagsInput{ResourceId: &arn, TagsList: tags})
		return err
	}
	listed := func(want string) {
		t.Helper()
		l.must(tagging()[2].do(t.Context(), l.at("us-east-1"), arn))
		l.answered(`{"ResourceTagList":[{"ResourceId":"` + arn + `","TagsList":[` + want + `]}]}`)
	}
	listed(`{"Key":"team","Value":"a"}`)
	l.must(add(types.Tag{Key: ptr("bare")}, types.Tag{Key: ptr("team"), Value: ptr("b")}))
	l.answered(`{}`)
	listed(`{"Key":"bare"},{"Key":"team","Value":"b"}`)
	l.refused(add(types.Tag{Key: ptr("x")}, types.Tag{Key: ptr("x")}), "InvalidTagParameterException", "")
	l.refused(add(types.Tag{Key: ptr("aws:x")}), "InvalidTagParameterException", "")
	l.refused(add(manyTags(49)...), "TagsLimitExceededException", "")
	l.must(add(manyTags(48)...))
	l.refused(add(types.Tag{Key: ptr("one more")}), "TagsLimitExceededException", "")
	_, err := l.at("us-east-1").RemoveTags(t.Context(), &cloudtrail.RemoveTagsInput{ResourceId: &arn, TagsList: append(manyTags(48), types.Tag{Key: ptr("bare")}, types.Tag{Key: ptr("not there")})})
	l.must(err)
	l.answered(`{}`)
	listed(`{"Key":"team","Value":"b"}`)
}

// ListTags of several resources: in order, and all of one owner.
func TestListTagsOfSeveral(t *testing.T) {
	l := newLab(t, together)
	own := l.create(admin, "us-east-1", "own")
	other := l.create(admin, "us-east-1", "other")
	org := l.create(management, "us-east-1", "org", forOrganization)
	list := func(arns ...string) error {
		_, err := l.in(admin, "us-east-1").ListTags(t.Context(), &cloudtrail.ListTagsInput{ResourceIdList: arns})
		return err
	}
	l.must(list(own, other))
	if l.last() != `{"ResourceTagList":[{"ResourceId":"`+own+`","TagsList":[]},{"ResourceId":"`+other+`","TagsList":[]}]}` {
		t.Errorf("got %s", l.last())
	}
	l.must(list(org))
	l.refused(list(own, org), "CloudTrailARNInvalidException", "")
	l.refused(list(own, arnOf(admin, "us-east-1", "none")), "ResourceNotFoundException", "")
	l.refused(list(strings.Split(strings.Repeat(own+" ", 21), " ")[:21]...), "InvalidParameterException", "")
	_, err := l.in(admin, "us-east-1").ListTags(t.Context(), &cloudtrail.ListTagsInput{ResourceIdList: []string{own}, NextToken: ptr("x")})
	l.refused(err, "InvalidTokenException", "")
}
