# storage/nfs: the user-space NFS client
