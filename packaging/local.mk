# packaging: what makes packages of a release; `make deb` and `make rpm` leave them in packages/.
EXTRA_DIST += \
	packaging/atelier-apply.service \
	packaging/atelier-apply.timer \
	packaging/atelier-slurm.logrotate \
	packaging/build \
	packaging/policy.lua \
	packaging/deb/atelier-slurm.postrm \
	packaging/deb/atelier-slurm.prerm \
	packaging/deb/control.in \
	packaging/deb/copyright \
	packaging/deb/rules \
	packaging/rpm/atelier.spec.in \
	# End of packaging's files

# What a released tree cannot ask git for, and what rpmbuild -ta looks for.
dist-packaging:
	$(AM_V_at)if test -f '$(srcdir)/packaging/date'; then cat '$(srcdir)/packaging/date'; \
	    else git -C '$(srcdir)' log -1 --format=%ct; fi >'$(distdir)/packaging/date'
	$(AM_V_at)sed -e 's/[@]VERSION[@]/$(PACKAGE_VERSION)/' \
	    -e "s/[@]DATE[@]/$$(LC_ALL=C date -u -d @"$$(cat '$(distdir)/packaging/date')" '+%a %b %d %Y')/" '$(srcdir)/packaging/rpm/atelier.spec.in' \
	    >'$(distdir)/packaging/atelier.spec'

# Where they come to.
packages = packages

# The options by which this build knows its Slurm are those of the packages, too.
deb rpm:
	$(AM_V_at)rm -rf '$(packages)/build' && $(MKDIR_P) '$(packages)/build'
	$(AM_V_at)$(MAKE) -s distdir distdir='$(packages)/build/source'
	$(AM_V_GEN)eval "set -- $$(./config.status --config)" && options= && \
	    for option; do case $$option in --with-*) options="$$options $$option" ;; esac; done && \
	    ATELIER_VERSION='$(PACKAGE_VERSION)' SLURM_RELEASE='$(SLURM_RELEASE)' SCONTROL='$(SCONTROL)' \
	    '$(srcdir)/packaging/build' $@ '$(packages)/build/source' '$(packages)' $$options
	$(AM_V_at)rm -rf '$(packages)/build'

.PHONY: deb rpm dist-packaging
