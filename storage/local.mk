include storage/nfs/local.mk
