package cli

import (
	"context"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

// embedded is a sandbox inside this process, on a loopback port of its own.
type embedded struct {
	url    string
	region trail.Region
	server *http.Server
	box    *sandbox.Sandbox
}

// embeddedDelivery is short, so that nobody who tries prove has to wait.
const embeddedDelivery = 2 * time.Second

// startEmbedded serves a world until close. A nil world is the default one.
func startEmbedded(ctx context.Context, world []byte) (*embedded, error) {
	box, err := sandbox.New(sandbox.Options{World: world, DeliverEvery: embeddedDelivery})
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	e := &embedded{
		url: "http://" + l.Addr().String(), region: trail.Region(box.HomeRegion()), box: box,
		server: &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second},
	}
	go func() { _ = e.server.Serve(l) }() // ends when it is closed, and only so
	return e, nil
}

func (e *embedded) close() {
	_ = e.box.Close()
	_ = e.server.Close()
}

// stage opens a session with AWS, or with the sandbox when the user asked for it. The
// returned function ends what was begun for it.
func (a *app) stage(ctx context.Context, timeout time.Duration) (_ *cloud.Session, done func(), _ error) {
	done = func() {}
	o := cloud.Options{
		Profile: a.shared.profile, Region: trail.Region(a.shared.region),
		EndpointURL: a.shared.endpoint, Version: Version, Timeout: timeout,
	}
	on := a.embedded
	if on == nil && a.shared.sandbox {
		world, err := a.worldFile()
		if err != nil {
			return nil, done, err
		}
		if on, err = startEmbedded(ctx, world); err != nil {
			return nil, done, unreadable(a.shared.world, err).advise(hintOf(sandbox.OptionWorld))
		}
		done = on.close
	}
	if on != nil {
		o.EndpointURL = on.url
		o.Credentials = &cloud.Static{AccessKeyID: "sandbox", SecretAccessKey: "sandbox"}
		if o.Region == "" {
			o.Region = on.region
		}
	} else if a.shared.world != "" {
		return nil, done, fail(exitUsage, trail.Say("fail.world"))
	}
	s, err := cloud.Open(ctx, o)
	if err != nil {
		done()
		return nil, func() {}, trouble(err)
	}
	return s, done, nil
}

// identify makes sure that AWS accepts the credentials.
func (a *app) identify(ctx context.Context, s *cloud.Session) (cloud.Identity, error) {
	id, err := s.Identify(ctx)
	if ctx.Err() != nil {
		return id, ctx.Err()
	}
	if err != nil {
		return id, trouble(err)
	}
	a.verbose("cli.verbose.identity", "arn", id.ARN, "account", string(id.Account))
	return id, nil
}

// worldFile reads the file of --world; without the flag it is nil, the default world.
func (a *app) worldFile() ([]byte, error) {
	if a.shared.world == "" {
		return nil, nil
	}
	b, err := os.ReadFile(a.shared.world)
	if err != nil {
		return nil, unreadable(a.shared.world, err).advise(hintOf(sandbox.OptionWorld))
	}
	return b, nil
}
