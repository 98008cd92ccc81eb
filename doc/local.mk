dist_man_MANS = \
	doc/atelier-administration.7 \
	doc/atelier-job-submit.7 \
	doc/atelier-keeper.8 \
	doc/atelier-launcher.7 \
	doc/atelier.1 \
	doc/atelier.7 \
	doc/atelier-plugstack.5 \
	doc/atelier-policy.5 \
	doc/atelier-volume.7 \
	# End of dist_man_MANS

dist_doc_DATA = README.md NEWS.md doc/add-to-a-cluster.md

# For who changes the code; it is not installed.
EXTRA_DIST += doc/design.md
