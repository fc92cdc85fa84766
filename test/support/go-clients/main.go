// Exports a cluster with MongoDB's Go client of the API v1.0 and its HTTP Digest, and prints what it read as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/mongodb-forks/digest"
	atlas "go.mongodb.org/atlas/mongodbatlas"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	answer, err := run(ctx, os.Getenv("GROUP_ID"), os.Getenv("CLUSTER"))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(answer)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, group, cluster string) (map[string]any, error) {
	transport := digest.NewTransport(os.Getenv("PUBLIC_KEY"), os.Getenv("PRIVATE_KEY"))
	httpClient, err := transport.Client()
	if err != nil {
		return nil, err
	}
	client, err := atlas.New(httpClient, atlas.SetBaseURL(os.Getenv("URL")+"/"))
	if err != nil {
		return nil, err
	}

	found, _, err := client.Clusters.Get(ctx, group, cluster)
	if err != nil {
		return nil, err
	}
	bucket, _, err := client.CloudProviderSnapshotExportBuckets.Create(ctx, group, &atlas.CloudProviderSnapshotExportBucket{
		BucketName: "go-bucket", CloudProvider: "AWS", IAMRoleID: os.Getenv("ROLE_ID"),
	})
	if err != nil {
		return nil, err
	}
	snapshot, err := takeSnapshot(ctx, client, group, cluster)
	if err != nil {
		return nil, err
	}
	job, _, err := client.CloudProviderSnapshotExportJobs.Create(ctx, group, cluster, &atlas.CloudProviderSnapshotExportJob{
		SnapshotID: snapshot.ID, ExportBucketID: bucket.ID,
		CustomData: []*atlas.CloudProviderSnapshotExportJobCustomData{{Key: "client", Value: "go"}},
	})
	if err != nil {
		return nil, err
	}
	for job.State == "Queued" || job.State == "InProgress" {
		time.Sleep(100 * time.Millisecond)
		if job, _, err = client.CloudProviderSnapshotExportJobs.Get(ctx, group, cluster, job.ID); err != nil {
			return nil, err
		}
	}
	jobs, _, err := client.CloudProviderSnapshotExportJobs.List(ctx, group, cluster, &atlas.ListOptions{ItemsPerPage: 10, PageNum: 1})
	if err != nil {
		return nil, err
	}
	schedule, _, err := client.CloudProviderSnapshotBackupPolicies.Get(ctx, group, cluster)
	if err != nil {
		return nil, err
	}
	_, missing, _ := client.CloudProviderSnapshotExportBuckets.Get(ctx, group, "000000000000000000000000")
	return map[string]any{
		"cluster": found.StateName, "snapshot": snapshot.Status, "job": job.State, "prefix": job.Prefix,
		"jobs": len(jobs.Results), "policies": len(schedule.Policies[0].PolicyItems), "unknownBucket": missing.StatusCode,
	}, nil
}

func takeSnapshot(ctx context.Context, client *atlas.Client, group, cluster string) (*atlas.CloudProviderSnapshot, error) {
	path := &atlas.SnapshotReqPathParameters{GroupID: group, ClusterName: cluster}
	snapshot, _, err := client.CloudProviderSnapshots.Create(ctx, path, &atlas.CloudProviderSnapshot{Description: "go", RetentionInDays: 1})
	if err != nil {
		return nil, err
	}
	path.SnapshotID = snapshot.ID
	for snapshot.Status == "queued" || snapshot.Status == "inProgress" {
		time.Sleep(100 * time.Millisecond)
		if snapshot, _, err = client.CloudProviderSnapshots.GetOneCloudProviderSnapshot(ctx, path); err != nil {
			return nil, err
		}
	}
	return snapshot, nil
}
