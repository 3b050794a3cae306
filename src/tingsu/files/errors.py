"""The ways the store refuses a file, in words fit to show beside its name."""

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import NotAllowed, NotFound, TingsuError


class FileRefused(TingsuError):
    """Base of the refusals of one file. `code` is stable."""

    code, status = "file_refused", 422
    sentence = _("This file cannot be taken.")


class FileEmpty(FileRefused):
    code = "file_empty"
    sentence = _("This file is empty. Choose it again; perhaps it was still being saved.")


class FileTooLarge(FileRefused):
    code = "file_too_large"
    sentence = _(
        "This file has %(size)s; at most %(limit)s can be taken. Send a smaller picture, or cut the recording into parts."
    )


class FileTypeUnknown(FileRefused):
    code = "file_type_unknown"
    sentence = _("Files of this kind cannot be taken. Send pictures, PDF, Word, Excel, text, audio or video.")


class FileEndingUnknown(FileTypeUnknown):
    sentence = _("%(ending)s files cannot be taken. Send a picture or a PDF instead.")


class FileTypeDiffers(FileRefused):
    code = "file_type_differs"
    sentence = _("The name says %(said)s, but the content is something else (%(found)s). Send the original file.")


class FileNameDoubtful(FileRefused):
    code = "file_name_doubtful"
    sentence = _(
        "Files with %(ending)s in the name are not taken, because they may be programs. Send pictures, PDF, Word, Excel, text, audio or video."
    )


class PictureTooLarge(FileRefused):
    code = "picture_too_large"
    sentence = _("This picture has more than %(limit)s million pixels. Send a smaller one.")


class PictureBroken(FileRefused):
    code = "picture_broken"
    sentence = _("This picture cannot be opened. Take it again, or send a screenshot of it.")


class ArchiveSuspicious(FileRefused):
    code = "archive_suspicious"
    sentence = _(
        "This file unpacks to far more than it should, or holds files that cannot be taken. Send its content one by one."
    )


class MacrosInside(FileRefused):
    code = "macros_inside"
    sentence = _("This document contains macros. Save it without macros, or as PDF, and send it again.")


class LinksInside(FileRefused):
    code = "links_inside"
    sentence = _(
        "This document fetches content from other places when it is opened. Remove those links, or save it as PDF, and send it again."
    )


class ObjectsInside(FileRefused):
    code = "objects_inside"
    sentence = _(
        "This document holds objects of other programs, or parts that cannot be checked. Save it as PDF and send it again."
    )


class WorkbookBroken(FileRefused):
    code = "workbook_broken"
    sentence = _(
        "This workbook cannot be opened: it is damaged, locked with a password, or holds far more than it should. "
        "Save it as .xlsx without a password, and send it again."
    )


class MalwareFound(FileRefused):
    code = "malware_found"
    sentence = _("This file was recognised as harmful and was not kept.")


class FileQuarantined(FileRefused):
    code = "file_quarantined"
    sentence = _(
        "The scanner for malware found something harmful in this file. It has been locked away; nobody can open it."
    )


class QuotaUsed(FileRefused):
    code, status = "quota_used", 413
    sentence = _(
        "Together these files are more than the %(limit)s for which there is room here. Send the most important ones."
    )


class TooManyFiles(FileRefused):
    code = "too_many_files"
    sentence = _("At most %(limit)s files can be sent at once. Send the rest afterwards.")


class OriginalNotAllowed(NotAllowed):
    code = "original_not_allowed"
    sentence = _(
        "This file may say where and by whom it was made. Your role shows copies without that, and this kind has none."
    )


class ContentNotShown(NotAllowed):
    code = "content_not_shown"
    sentence = _("A file cannot be masked: it opens to those whose work needs to know the people in it.")


class FileGone(NotFound):
    code, status = "file_gone", 410
    sentence = _("This file has been erased.")


class FileDamaged(TingsuError):
    code, status = "file_damaged", 500
    sentence = _(
        "This file is missing or no longer what was received. The data-security officer has been told by the log."
    )
