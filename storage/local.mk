include storage/keeper.mk
include storage/nfs/local.mk
