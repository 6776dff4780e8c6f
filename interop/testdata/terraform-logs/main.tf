# A trail with a log group, as people write it: a role with an inline policy, and a managed
# policy beside it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "retention" {
  type    = number
  default = 90
}

provider "aws" {
  region                  = "eu-west-1"
  s3_use_path_style       = true
  skip_metadata_api_check = true
}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.trail.arn}:log-stream:${data.aws_caller_identity.me.account_id}_CloudTrail_eu-west-1*"]
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["logs:FilterLogEvents"]
    resources = [var.retention > 100 ? "*" : aws_cloudwatch_log_group.trail.arn]
  }
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/audit/trail"
  retention_in_days = var.retention
  tags              = { team = "audit" }
}

resource "aws_iam_role" "trail" {
  name               = "trail"
  path               = "/audit/"
  description        = "CloudTrail to CloudWatch Logs"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = { team = "audit" }
}

resource "aws_iam_role_policy" "write" {
  name   = "write"
  role   = aws_iam_role.trail.id
  policy = data.aws_iam_policy_document.write.json
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = data.aws_iam_policy_document.read.json
  tags   = { team = "audit" }
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.trail.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
  metric_transformation {
    name      = "RootAccountUsage"
    namespace = "audit"
    value     = "1"
  }
}

resource "aws_cloudtrail" "audit" {
  name                       = "audit"
  s3_bucket_name             = "your-bucket-name"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.trail.arn

  depends_on = [aws_iam_role_policy.write]
}
