"""How fingerprinted front-end files are named and compressed when Tingsu serves."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, with the imports inside our ES modules rewritten too, so that they may be cached for ever."""

    support_js_module_import_aggregation = True
