# A topic that a trail tells of its log files, as people write it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                  = "eu-west-1"
  skip_metadata_api_check = true
}

resource "aws_sns_topic" "news" {
  name         = "trail-news"
  display_name = "Trail"
  tags         = { team = "audit" }
}

data "aws_iam_policy_document" "news" {
  statement {
    actions   = ["SNS:Publish"]
    resources = [aws_sns_topic.news.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "news" {
  arn    = aws_sns_topic.news.arn
  policy = data.aws_iam_policy_document.news.json
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn = aws_sns_topic.news.arn
  protocol  = "sqs"
  endpoint  = "arn:aws:sqs:eu-west-1:123456789012:queue"
}

resource "aws_cloudtrail" "told" {
  name           = "told"
  s3_bucket_name = "your-bucket-name"
  sns_topic_name = aws_sns_topic.news.name
  depends_on     = [aws_sns_topic_policy.news]
}
