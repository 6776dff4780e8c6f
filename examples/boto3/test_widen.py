"""Tests of widen.py on trailspan's sandbox: python3 -m unittest"""

import unittest

from botocore.exceptions import ClientError

from sandbox import Sandbox
from widen import ensure_multi_region

TRAIL = "your-trail-name"  # of the sandbox's own world: a trail that records ap-northeast-1 only


class EnsureMultiRegion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.aws = Sandbox()
        cls.addClassCleanup(cls.aws.stop)

    def setUp(self):
        self.aws.reset()
        self.cloudtrail = self.aws.client("cloudtrail")

    def test_other_regions_see_the_trail(self):
        far = self.aws.client("cloudtrail", region="ap-south-1")
        self.assertEqual(far.describe_trails()["trailList"], [])

        self.assertTrue(ensure_multi_region(self.cloudtrail, TRAIL))

        self.assertEqual([t["Name"] for t in far.describe_trails()["trailList"]], [TRAIL])

    def test_nothing_is_changed_twice(self):
        ensure_multi_region(self.cloudtrail, TRAIL)

        self.assertFalse(ensure_multi_region(self.cloudtrail, TRAIL))
        self.assertEqual(self.aws.count("UpdateTrail"), 1)

    def test_throttling_is_survived(self):
        self.aws.inject({"action": "cloudtrail:UpdateTrail", "error": "ThrottlingException", "times": 2})

        self.assertTrue(ensure_multi_region(self.cloudtrail, TRAIL))
        self.assertEqual(self.aws.count("UpdateTrail"), 3)

    def test_no_permission_is_an_error(self):
        self.aws.inject({"action": "cloudtrail:UpdateTrail", "error": "AccessDeniedException"})

        with self.assertRaises(ClientError):
            ensure_multi_region(self.cloudtrail, TRAIL)


if __name__ == "__main__":
    unittest.main()
