"""Reads a cluster's snapshots with the Python package atlasapi; BASE_URL in the environment says where."""

import json
import os

from atlasapi.atlas import Atlas

atlas = Atlas(os.environ["PUBLIC_KEY"], os.environ["PRIVATE_KEY"], os.environ["GROUP_ID"])
snapshots = list(atlas.CloudBackups.get_backup_snapshots_for_cluster(os.environ["CLUSTER"]))
one = next(iter(atlas.CloudBackups.get_backup_snapshot_for_cluster(os.environ["CLUSTER"], snapshots[0].id)))
print(
    json.dumps(
        {
            "ids": [snapshot.id for snapshot in snapshots],
            "status": one.status.name,
            "type": one.type.name,
            "bytes": one.storage_size_bytes,
        }
    )
)
