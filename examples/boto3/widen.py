"""Stands for your own code: something that makes calls to CloudTrail."""


def ensure_multi_region(cloudtrail, name):
    """Makes sure that a trail records every Region. Says whether anything had to be changed.

    cloudtrail is a client in the trail's home Region.
    """
    if cloudtrail.get_trail(Name=name)["Trail"]["IsMultiRegionTrail"]:
        return False
    cloudtrail.update_trail(Name=name, IsMultiRegionTrail=True)
    return True
