package sandbox

// DefaultWorld is the world file of a Sandbox that is given none: the classic
// mistake, one single-Region trail, which leaves 16 of the 17 default Regions dark.
const DefaultWorld = `# The classic mistake: one trail, and it records one Region.
defaultAccount: "123456789012"
accounts:
  - id: "123456789012"
    name: production
    trails:
      - name: your-trail-name
        homeRegion: ap-northeast-1
        bucket: your-bucket-name
        multiRegion: false
        globalServiceEvents: true
        logging: true
buckets:
  - name: your-bucket-name
    account: "123456789012"
    region: ap-northeast-1
    policy: documented
`
